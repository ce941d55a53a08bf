"""Makes the tables of an empty SQLite, as Django's own command of this name does, only sooner.

Django runs every migration for each process of a test run; here the first process keeps what came of it, and the
others copy it for as long as no migration changes.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from imagehub.lib import fields

KEPT = settings.BASE_DIR / ".pytest_cache" / "tables"


class Command(migrate.Command):
    """Copies the tables of whoever came here first; whatever is not empty, or not to be migrated whole, is migrated."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        is_whole = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        if connection.vendor != "sqlite" or not is_whole or connection.introspection.table_names():
            super().handle(*arguments, **options)
            return
        with _kept() as file:
            if file.exists():
                _fill(connection, file)
                return
            super().handle(*arguments, **options)
            _keep(connection, file)


@contextmanager
def _kept() -> Iterator[Path]:
    """Give the file that belongs to the migrations as they are, to one process at a time."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield KEPT / f"{_digest()}.sqlite3"


def _digest() -> str:
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    files.append(Path(fields.__file__))  # what columns are like besides
    said = [django.__version__, sqlite3.sqlite_version, *map(str, files)]
    return hashlib.sha256(b"\0".join([*map(str.encode, said), *(file.read_bytes() for file in files)])).hexdigest()


def _keep(connection: BaseDatabaseWrapper, file: Path) -> None:
    for former in KEPT.glob("*.sqlite3"):
        former.unlink()
    unfinished = file.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.connection.backup(copy)
    unfinished.rename(file)


def _fill(connection: BaseDatabaseWrapper, file: Path) -> None:
    with closing(sqlite3.connect(file)) as source:
        source.backup(connection.connection)
