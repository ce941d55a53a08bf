"""The house keeps its shape: tables point down, and the pipeline is pure; `make lint` reads the imports."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.sources import PYPROJECT, ROOTS, modules

if TYPE_CHECKING:
    from django.db.models import Field  # generic for the type checker only

SHARED = {
    "templates": {"base.html", "error.html", "429.html"},
    "static": {"tokens.css", "base.css", "home.css", "admin.css", "admin.js", "favicon.svg", "icons.svg"},
}
# From the roof to the ground; a table may point to its own app or to one further down.
FLOORS = [
    "imagehub",
    "harvester",
    "generated",
    "publications",
    "avatars",
    "accounts",
    "library",
    "editor",
    "webhooks",
    "images",
    "events",
    "api",
    "lib",
]
DJANGOS = {"auth"}  # groups and permissions, which our user inherits
PIPELINE = "imagehub.images.pipeline"


def test_every_part_has_its_place_in_the_house() -> None:
    layers = PYPROJECT["importlinter"]["contracts"][0]["layers"]
    placed = {name for layer in layers for name in re.findall(r"[\w.]+", layer)}
    parts = {
        ".".join(module.path.with_suffix("").parts[:2]) for module in modules() if module.path.parts[0] == "imagehub"
    }
    assert parts - placed <= {"imagehub.__init__"}
    assert set(ROOTS) - {"imagehub"} <= placed


def test_every_package_is_checked_and_covered() -> None:
    packages = {path.parent.name for path in Path().glob("*/__init__.py")} - {"tests"}
    checked = re.search(r"^OURS := (.*)$", Path("Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert packages == set(ROOTS) == set(PYPROJECT["coverage"]["run"]["source"])
    assert checked
    assert packages <= set(checked[1].split())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_the_pipeline_knows_the_decoder_and_itself_alone() -> None:
    known = {*sys.stdlib_module_names, "PIL", "oxipng"}
    names = [
        f"{module.path}: {name}"
        for module in modules()
        if ".".join(module.path.parts).startswith(PIPELINE)
        for name in imported(module.tree)
        if name.split(".")[0] not in known and not f"{name}.".startswith(f"{PIPELINE}.")
    ]
    assert names == []


def relations() -> Iterator[tuple[str, "Field[Any, Any]", str]]:
    for app in FLOORS:
        for model in apps.get_app_config(app).get_models():
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):  # noqa: SLF001  # Django's documented interface
                if field.related_model is not None:
                    yield app, field, field.related_model._meta.label  # noqa: SLF001  # likewise


def test_tables_point_down_the_house() -> None:
    wrong = []
    for app, field, target in relations():
        label = target.split(".")[0]
        is_down = label in DJANGOS or (label in FLOORS and FLOORS.index(label) >= FLOORS.index(app))
        if target != settings.AUTH_USER_MODEL and not is_down:
            wrong.append(f"{field} -> {target}")
    assert wrong == []


def test_every_app_of_ours_is_on_a_floor() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in ROOTS}
    assert ours == set(FLOORS)


@pytest.mark.parametrize("kind", ["templates", "static"])
def test_templates_and_static_files_lie_by_app(kind: str) -> None:
    loose = {path.name for path in Path(kind).iterdir() if path.is_file()} - SHARED[kind]
    assert loose == set()
