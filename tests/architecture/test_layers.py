"""The house keeps its shape: imports and tables point down, and the pipeline is pure."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Field
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

# From the roof to the ground; a table may point to its own app or to one further down.
SHARED = {
    "templates": {"base.html", "error.html", "429.html"},
    "static": {"tokens.css", "base.css", "home.css", "admin.css", "favicon.svg", "icons.svg"},
}
FLOORS = ["avatars", "accounts", "images", "events", "api", "lib"]

DJANGOS = {"auth"}  # groups and permissions, which our user inherits


def test_imports_go_down_the_house() -> None:
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS


def relations() -> Iterator[tuple[str, Field, str]]:  # type: ignore[type-arg]
    for app in FLOORS:
        for model in apps.get_app_config(app).get_models():
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):  # noqa: SLF001  # Django's documented interface
                if field.related_model is not None:
                    yield app, field, field.related_model._meta.label  # noqa: SLF001


def test_tables_point_down_the_house() -> None:
    wrong = []
    for app, field, target in relations():
        label = target.split(".")[0]
        is_down = label in DJANGOS or (label in FLOORS and FLOORS.index(label) >= FLOORS.index(app))
        if target != settings.AUTH_USER_MODEL and not is_down:
            wrong.append(f"{field} -> {target}")
    assert wrong == []


def test_every_floor_is_installed() -> None:
    assert {config.label for config in apps.get_app_configs()} >= set(FLOORS)


@pytest.mark.parametrize("kind", ["templates", "static"])
def test_templates_and_static_files_lie_by_app(kind: str) -> None:
    loose = {path.name for path in Path(kind).iterdir() if path.is_file()} - SHARED[kind]
    assert loose == set()
