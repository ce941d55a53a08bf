"""What was seen to be the same in both places, so that a move that was cut off need not read it again.

It may be lost or be wrong at any time: the next move then reads more, and nothing is missed.
"""

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from imagehub.images.storage import Found

_TABLE = (
    "CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, size INTEGER, modified TEXT, run INTEGER) WITHOUT ROWID"
)


class Journal(AbstractContextManager["Journal"]):
    """One file for each pair of places."""

    def __init__(self, folder: Path, source: str, target: str) -> None:
        try:
            self._database = _opened(folder, sha256(f"{source}\n{target}".encode()).hexdigest()[:16])
        except (OSError, sqlite3.Error) as error:
            raise ImproperlyConfigured(
                f"What was moved is noted in {folder}, which can't be written: {error}"
            ) from error
        self._run = self._database.execute("SELECT COALESCE(MAX(run), 0) + 1 FROM seen").fetchone()[0]

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self._database.close()

    def note(self, batch: Iterable[Found]) -> None:
        """Remember that these objects of the source, as they are now, lie in the target too."""
        rows = [(found.key, found.size, found.modified.isoformat(), self._run) for found in batch]
        self._database.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", rows)

    def unchanged(self, batch: Collection[Found]) -> set[str]:
        """Return the keys of those that were noted as they are now, in this run or an earlier one."""
        return self._noted(batch, since=0)

    def just_seen(self, batch: Collection[Found]) -> set[str]:
        """Return the keys of those that were noted as they are now in this run."""
        return self._noted(batch, since=self._run)

    def _noted(self, batch: Collection[Found], since: int) -> set[str]:
        places = ",".join("?" * len(batch))
        sql = f"SELECT key, size, modified FROM seen WHERE key IN ({places}) AND run >= ?"  # noqa: S608  # marks alone
        noted = set(self._database.execute(sql, [*(found.key for found in batch), since]))
        return {found.key for found in batch if (found.key, found.size, found.modified.isoformat()) in noted}


def _opened(folder: Path, name: str) -> sqlite3.Connection:
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / f"{name}.sqlite3", timeout=30, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(_TABLE)
    return database
