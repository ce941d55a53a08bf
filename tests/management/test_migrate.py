"""The tables that test runs begin with are those that Django would make."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from imagehub.lib import fields
from tests.management.commands import migrate

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    """An empty file beside the database of the tests."""
    settings = {**connections["default"].settings_dict, "NAME": tmp_path / "tables", "OPTIONS": {}}
    connection = DatabaseWrapper(settings, "empty")
    connections["empty"] = connection
    yield connection
    connection.close()
    del connections["empty"]


def test_an_app_alone_is_migrated_alone(empty: DatabaseWrapper) -> None:
    call_command("migrate", "sessions", database="empty", verbosity=0)
    assert sorted(empty.introspection.table_names()) == ["django_migrations", "django_session"]


def test_tables_are_made_anew_once_columns_are_made_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = migrate._digest()  # noqa: SLF001  # what is kept is told apart by it
    (tmp_path / "fields.py").write_text("# another kind of column", "utf-8")
    monkeypatch.setattr(fields, "__file__", str(tmp_path / "fields.py"))
    assert migrate._digest() != before  # noqa: SLF001  # likewise
