"""What is read from the environment is typed, and bad values stop the start with a sentence."""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from imagehub.lib import env
from tests.architecture.sources import modules

READ = [
    (lambda: env.text("X"), None, ""),
    (lambda: env.text("X", "d"), "", "d"),
    (lambda: env.text("X", "d"), " v ", "v"),
    (lambda: env.flag("X", default=True), None, True),
    (lambda: env.flag("X", default=True), "off", False),
    (lambda: env.flag("X", default=False), "Yes", True),
    (lambda: env.integer("X", 5), None, 5),
    (lambda: env.integer("X", 5), "7", 7),
    (lambda: env.words("X"), None, []),
    (lambda: env.words("X"), "a, b,,c ", ["a", "b", "c"]),
    (lambda: env.words("X", "a,b"), "", ["a", "b"]),
    (lambda: env.objects("X"), None, []),
    (lambda: env.objects("X"), '[{"a": 1}]', [{"a": 1}]),
    (lambda: env.choice("X", {"a", "b"}, "a"), None, "a"),
    (lambda: env.choice("X", {"a", "b"}, "a"), "b", "b"),
    (lambda: env.choices("X", {"a", "b"}), None, []),
    (lambda: env.choices("X", {"a", "b"}), "b, a", ["b", "a"]),
    (lambda: env.places("X", "*.*"), None, ["*.*"]),
    (lambda: env.places("X", "*.*"), "shop.*, *.hotels.old", ["shop.*", "*.hotels.old"]),
    (lambda: env.sizes("X"), None, {}),
    (
        lambda: env.sizes("X"),
        "card=600x400:cover, wide-2=4096x90,b=1x1:inside",
        {"card": (600, 400, "cover"), "wide-2": (4096, 90, "inside"), "b": (1, 1, "inside")},
    ),
    (lambda: env.address("X", ("a://", "b://")), None, ""),
    (lambda: env.address("X", ("a://", "b://")), "b://host", "b://host"),
    (lambda: env.networks("X"), None, []),
    (lambda: env.networks("X"), "10.0.0.0/8,::1", [IPv4Network("10.0.0.0/8"), IPv6Network("::1/128")]),
]
SIZES = "X must name each size once and in lower case, like card=600x400:cover, with sides of at most 4096"
REFUSED = [
    (lambda: env.flag("X", default=True), "maybe", "X must be on or off, not 'maybe'"),
    (lambda: env.integer("X", 5), "five", "X must be a whole number, not 'five'"),
    (lambda: env.integer("X", 5, minimum=1), "0", "X must be at least 1, not 0"),
    (lambda: env.integer("X", 5, maximum=8), "9", "X must be at most 8, not 9"),
    (lambda: env.integer("X", 5), str(2**63), f"X must be at most {2**63 - 1}, not {2**63}"),
    (lambda: env.objects("X"), "{", "X must be JSON"),
    (lambda: env.objects("X"), '{"a": 1}', "X must be a JSON list of objects"),
    (lambda: env.objects("X"), "[1]", "X must be a JSON list of objects"),
    (lambda: env.choice("X", {"a", "b"}, "a"), "c", "X must be one of a, b, not 'c'"),
    (lambda: env.choices("X", {"a", "b"}), "a, c", "X must name some of a, b, not 'a, c'"),
    (lambda: env.networks("X"), "10.0.0.1/8", "X must name addresses and networks, not '10.0.0.1/8'"),
    (lambda: env.places("X", "*.*"), "a.b,shop", "X must name places like database.collection, not 'a.b,shop'"),
    (lambda: env.places("X", "*.*"), "shop.", "X must name places like database.collection, not 'shop.'"),
    *(
        (lambda: env.sizes("X"), wrong, SIZES)
        for wrong in ("card", "card=0x4", "Card=6x4", "a=6x4:fill", "a=6x4097", "a=6x4,a=4x6")
    ),
    (lambda: env.address("X", ("a://", "b://")), "//user:secret@host", "X must begin with a:// or b://"),
    (lambda: env.networks("X"), "here", "X must name addresses and networks, not 'here'"),
]


@pytest.mark.parametrize(("read", "given", "value"), READ)
def test_a_value_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], given: str | None, value: object
) -> None:
    monkeypatch.delenv("X", raising=False)
    if given is not None:
        monkeypatch.setenv("X", given)
    assert read() == value


@pytest.mark.parametrize(("read", "given", "sentence"), REFUSED)
def test_a_bad_value_is_named(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], given: str, sentence: str
) -> None:
    monkeypatch.setenv("X", given)
    with pytest.raises(ImproperlyConfigured, match=f"^{re.escape(sentence)}$"):
        read()


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("X", "from the variable")
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    assert env.text("X") == "from the file"


@pytest.mark.parametrize(
    ("read", "content", "value"),
    [(lambda: env.integer("X", 5), "7\n", 7), (lambda: env.flag("X", default=True), "off\n", False)],
)
def test_numbers_and_switches_may_lie_in_files_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, read: Callable[[], Any], content: str, value: object
) -> None:
    (tmp_path / "value").write_text(content)
    monkeypatch.setenv("X_FILE", str(tmp_path / "value"))
    assert read() == value


def test_a_missing_file_is_named_without_its_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured, match=r"^X_FILE cannot be read: No such file or directory$"):
        env.text("X")


def variables_read() -> set[str]:
    reader = re.compile(
        r"""(?:env\.(?:text|flag|integer|words|objects|choices?|networks|places|sizes|address)|environ\.get)\(\s*["'](\w+)"""
    )
    return {name for module in modules() for name in reader.findall(module.text)}


def test_the_example_documents_every_variable() -> None:
    documented = re.findall(r"^(\w+)=", Path(".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(variables_read())


def example() -> Iterator[tuple[str, str, str]]:
    """Return name, default and explanation of every variable in the example."""
    told: list[str] = []
    for line in Path(".env.example").read_text(encoding="utf-8").splitlines():
        name, is_variable, default = line.partition("=")
        if is_variable and name.isupper():
            yield name, default, " ".join(told)
        told = [*told, line.removeprefix("# ")] if line.startswith("# ") and not line.startswith("# --") else []


def test_the_readme_says_the_same_as_the_example() -> None:
    readme = Path("README.md").read_text(encoding="utf-8")
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {told.replace('|', chr(92) + '|')} |"
        for name, default, told in example()
    ]
    assert len(rows) == len(variables_read())
    assert [row for row in rows if row not in readme] == []
