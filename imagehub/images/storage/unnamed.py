"""Files on their way: they have their bytes, under names that no key can have, and wait for those of their own."""

import errno
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from imagehub.images.storage.interface import ObjectExists

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV}
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Unnamed:
    """A fresh file in an open folder, which vanishes again where its `with` ends badly."""

    def __init__(self, folder: int) -> None:
        self.name = _unused()
        self._folder = folder
        self._descriptor = os.open(self.name, _FRESH, 0o644, dir_fd=folder)

    def write(self, data: bytes) -> None:
        """Write more bytes, which are not safe before `sync`."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def hurry(self) -> None:
        """Let the bytes go to the disk from now on, without waiting until they are there."""
        # To drop what is written from memory, the system begins to write what is not.
        os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def sync(self) -> None:
        """Wait until the bytes are safe on the disk."""
        os.fsync(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
        if kind is not None:
            with suppress(FileNotFoundError):
                os.unlink(self.name, dir_fd=self._folder)


@dataclass
class Shelf:
    """An open folder, with the descriptors of all folders above it, and fresh files in it."""

    trail: Sequence[int]
    files: Sequence[tuple[Unnamed, str]]  # each with the name that it is to have

    def write(self, contents: Sequence[bytes]) -> None:
        """Fill the files, and let their bytes go to the disk."""
        for (file, _name), data in zip(self.files, contents, strict=True):
            file.write(data)
            file.hurry()

    def sync_files(self) -> None:
        """Wait until all bytes are safe on the disk."""
        for file, _name in self.files:
            file.sync()

    def give_names(self) -> None:
        """Let each file have its name, in place of whatever has it."""
        for file, name in self.files:
            os.rename(file.name, name, src_dir_fd=self.trail[-1], dst_dir_fd=self.trail[-1])


def is_changed(name: str, folder: int, since: datetime) -> bool:
    """Tell whether a file was written after a moment."""
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    return datetime.fromtimestamp(status.st_mtime, UTC) > since


def take_away(name: str, folder: int, modified: datetime) -> None:
    """Remove a file in one step: another that has come under its name in this very moment stays."""
    aside = _unused()
    os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=folder)
    with suppress(ObjectExists):  # then it is an even newer one that has the name
        if is_changed(aside, folder, modified):
            appear(folder, aside, name)
            return
    os.unlink(aside, dir_fd=folder)


def appear(folder: int, temporary: str, name: str) -> None:
    """Make the whole file appear at once: a second link cannot replace, as a rename would."""
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise ObjectExists from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_unless_taken(folder, temporary, name)
    else:
        os.unlink(temporary, dir_fd=folder)


def _rename_unless_taken(folder: int, temporary: str, name: str) -> None:
    # For file systems without links: this look is for honesty, not for races.
    with suppress(FileNotFoundError):
        os.stat(name, dir_fd=folder, follow_symlinks=False)
        raise ObjectExists
    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _unused() -> str:
    return f".{secrets.token_hex(16)}.tmp"
