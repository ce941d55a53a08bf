"""Which names of folders this process has already made durable, so that it need not wait for them again."""

import os
from collections.abc import Sequence

MOST = 50_000

_Name = tuple[int, int, int]  # the device, the folder that was named, and the folder that names it


class SyncedFolders:
    """Remembers folders by their place on the disk.

    Making a folder's name durable means syncing the folder above it. Once that is done it stays done
    until the folder is removed; `forget` it then, for its number may come back.
    """

    def __init__(self) -> None:
        self._names: dict[_Name, None] = {}

    def sync(self, trail: Sequence[int]) -> None:
        """Make the last folder's entries durable, and the names of all folders on the way that are not yet."""
        os.fsync(trail[-1])
        fresh = []
        for inner, outer in zip(reversed(trail), reversed(trail[:-1]), strict=False):
            if (name := _name(inner, outer)) in self._names:
                break  # then those above are too: a folder is remembered after them, and goes before them
            os.fsync(outer)
            fresh.append(name)
        for name in reversed(fresh):
            self._remember(name)

    def forget(self, inner: int, outer: int) -> None:
        """Take a folder for unknown again."""
        self._names.pop(_name(inner, outer), None)

    def _remember(self, name: _Name) -> None:
        if len(self._names) >= MOST:
            self._names.clear()
        self._names[name] = None


def _name(inner: int, outer: int) -> _Name:
    status = os.fstat(inner)
    return status.st_dev, status.st_ino, os.fstat(outer).st_ino
