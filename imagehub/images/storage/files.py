"""Reading files of a folder, one open descriptor at a time, in the vocabulary of the storage."""

import errno
import os
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import structlog

from imagehub.images.storage.interface import CHUNK, Found, ObjectMissing
from imagehub.lib.errors import StorageUnavailable

log = structlog.get_logger(__name__)

_TEMPORARY = re.compile(r"\.[0-9a-f]{32}\.tmp")
_NO_OBJECT = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG}
WRITING: Collection[int] = ()  # nothing is missed by whoever writes: a way that is barred is a fault


@contextmanager
def failures_named(absent: Collection[int] = _NO_OBJECT) -> Iterator[None]:
    """Let callers see StorageUnavailable instead of an OSError, or ObjectMissing for those that mean as much."""
    try:
        yield
    except OSError as error:
        if error.errno in absent:
            raise ObjectMissing from error
        log.warning("storage.failed", reason=errno.errorcode.get(error.errno or 0, "?"))
        raise StorageUnavailable from error


class Chunks(Iterator[bytes]):
    """The rest of an open file, closed at its end or when the reader goes away."""

    def __init__(self, file: FileIO, start: int, length: int | None) -> None:
        self._file = file
        self._left = sys.maxsize if length is None else length
        with failures_named():
            file.seek(start)

    def __next__(self) -> bytes:
        with failures_named():
            chunk = self._file.read(min(CHUNK, self._left)) if self._left else b""
        if not chunk:
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def rest(self) -> bytes:
        """Return all that is left in one piece, which is read without being copied together."""
        with failures_named():
            data = self._file.readall()
        left = data[: self._left]
        self.close()
        return left

    def close(self) -> None:
        """Let go of the file before its end."""
        self._left = 0
        self._file.close()


def files(start: str | Path, root: Path, begun: str = "") -> Iterator[Found]:
    """Go through all regular files below `start` with one open folder per level, following no link.

    Of what lies in `start` itself only names count that begin as `begun`.
    """
    with failures_named():
        try:
            entries = os.scandir(start)
        except (FileNotFoundError, NotADirectoryError):
            return
    with entries:
        for entry in entries:
            if not entry.name.startswith(begun):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from files(entry.path, root)
            elif entry.is_file(follow_symlinks=False):
                yield from _seen(entry, root)


def _seen(entry: "os.DirEntry[str]", root: Path) -> Iterator[Found]:
    with suppress(FileNotFoundError):
        status = entry.stat(follow_symlinks=False)
        key = str(Path(entry.path).relative_to(root))
        yield Found(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def is_temporary(name: str) -> bool:
    """Tell whether a file of this name is one that a write left behind."""
    return _TEMPORARY.fullmatch(name) is not None


def hidden(key: str) -> bool:
    """Tell whether this is no object of the storage."""
    return any(part.startswith(".") for part in key.split("/"))
