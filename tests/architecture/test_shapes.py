"""Functions and modules stay small, and only the edges catch whatever comes."""

import ast
import re
import statistics
from pathlib import Path

from tests.architecture.sources import functions, modules

# Tables of facts, which are easier to read whole: the settings, and the one family of errors.
TABLES = {"imagehub/settings.py", "imagehub/lib/errors.py"}
LONGEST_FUNCTION, LONGEST_MODULE, MOST_PARAMETERS = 40, 300, 5
# The places where anything may be caught: see the house rules on errors.
BROAD_EDGES = {
    "harvester/engine/bench.py",  # a worker's outermost step: one address must not keep the others
    "harvester/engine/records.py",  # likewise, one document
    "imagehub/events/hub.py",  # the relay's loop
    "imagehub/images/decoders.py",  # the decoder's boundary, seen from outside
    "imagehub/images/pipeline/decoding.py",  # and from inside
    "imagehub/library/services/batches.py",  # a worker's outermost step: one image must not keep the others
}


def test_no_function_is_long() -> None:
    assert [f"{found.where}: {found.lines}" for found in functions() if found.lines > LONGEST_FUNCTION] == []


def test_most_functions_are_short() -> None:
    lengths = sorted(found.lines for found in functions())
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_no_function_takes_many_parameters() -> None:
    found = [f"{found.where}: {found.parameters}" for found in functions() if found.parameters > MOST_PARAMETERS]
    assert found == []


def test_no_module_is_long() -> None:
    lengths = {str(module.path): module.text.count("\n") for module in modules() if str(module.path) not in TABLES}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_only_the_edges_catch_everything() -> None:
    broad = {str(module.path) for module in modules() if any(map(_is_broad, ast.walk(module.tree)))}
    assert broad == BROAD_EDGES


def _is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def test_no_template_has_inline_script_or_style() -> None:
    assert {str(path): said for path in Path("templates").rglob("*.html") if (said := inline(path))} == {}


def inline(path: Path) -> list[str]:
    """Return what a template says in place of a file of its own."""
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    script = r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)"  # data is no script
    return re.findall(rf"<style\b|{script}|\sstyle=|\son[a-z]+=|javascript:", text)


def test_an_exemption_gives_its_reason() -> None:
    files = [Path("manage.py"), *Path("tests").rglob("*.py")]
    texts = {str(path): path.read_text(encoding="utf-8") for path in files}
    texts.update({str(module.path): module.text for module in modules()})
    assert {path: bare for path, text in texts.items() if (bare := bare_exemptions(text))} == {}


def bare_exemptions(text: str) -> list[str]:
    """Return the lines that end in a `noqa` or `type: ignore` instead of in a reason for it."""
    return re.findall(r"^.*# (?:type: ignore|noqa)(?:\[[\w-]+\]|: [A-Z0-9, ]+)?$", text, re.MULTILINE)


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    assert {str(module.path): found for module in modules() if (found := later.findall(module.text))} == {}
