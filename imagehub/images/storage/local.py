"""Objects as files of one folder: durable before it answers, and never reached through a link.

Every step goes through descriptors of folders opened without following links, so no name and no link
inside the root can lead outside it.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from imagehub.images.storage import keys
from imagehub.images.storage.files import WRITING, Chunks, failures_named, files, hidden, is_temporary
from imagehub.images.storage.interface import Found, ObjectMissing
from imagehub.images.storage.synced import SyncedFolders
from imagehub.images.storage.unnamed import Shelf, Unnamed, appear, is_changed, take_away
from imagehub.lib.errors import StorageUnavailable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A folder may vanish between making and using it, each time only because somebody emptied it.
_TRIES = 200

Step = Callable[[str, int], int]
Naming = Callable[[Sequence[int], str, str], None]
_synced = SyncedFolders()


@deconstructible(path="imagehub.images.storage.LocalStorage")
class LocalStorage(FileSystemStorage):
    """A folder of a local or shared disk."""

    local: ClassVar[bool] = True

    def put(self, key: str, data: bytes) -> None:
        """Write beside the place, sync, name it there without replacing anything, sync the folders."""
        self._write(key, data, _named_anew)

    def replace(self, key: str, data: bytes) -> None:
        """Write beside the place, sync, rename over whatever is there, sync the folders."""
        self._write(key, data, _named_over)

    def replace_all(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write all beside their places, sync them, rename each over whatever is there, sync the folders."""
        shelves: dict[tuple[str, ...], list[tuple[str, bytes]]] = {}
        for key, data in files:
            *folders, name = keys.segments(key)
            shelves.setdefault(tuple(folders), []).append((name, data))
        with failures_named(WRITING), ExitStack() as held:
            begun = [self._begun(folders, found, held) for folders, found in shelves.items()]
            for shelf in begun:
                shelf.sync_files()
            for shelf in begun:
                shelf.give_names()
            for shelf in begun:
                _synced.sync(shelf.trail)

    def _begun(self, folders: Sequence[str], files: Sequence[tuple[str, bytes]], held: ExitStack) -> Shelf:
        """Write files into a folder, which can't vanish with them in it; what holds both open goes to `held`."""
        for _ in range(_TRIES):
            with suppress(FileNotFoundError), ExitStack() as trying:
                trail = trying.enter_context(self._descent(folders, _entered_or_made))
                trying.enter_context(_left_tidy(trail, folders))
                shelf = Shelf(trail, [(trying.enter_context(Unnamed(trail[-1])), name) for name, _data in files])
                shelf.write([data for _name, data in files])
                held.push(trying.pop_all())
                return shelf
        raise StorageUnavailable

    def _write(self, key: str, data: bytes, give_name: Naming) -> None:
        *folders, name = keys.segments(key)
        with failures_named(WRITING):
            for _ in range(_TRIES):
                with suppress(FileNotFoundError), self._descent(folders, _entered_or_made) as trail:
                    return _publish(trail, folders, name, data, give_name)
        raise StorageUnavailable

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Open the object now and return its bytes from `start`, at most CHUNK at a time."""
        return Chunks(os.fdopen(self._opened(key), "rb", buffering=0), start, length)

    def delete(self, name: str) -> None:
        """Remove the file, and every folder that it leaves empty."""
        self._remove(keys.segments(name))

    def delete_unchanged(self, key: str, modified: datetime) -> None:
        """Remove the file unless it was written after that moment, even between the look at it and its end."""
        *folders, name = keys.segments(key)
        absent = suppress(FileNotFoundError, NotADirectoryError)
        with failures_named(), absent, self._descent(folders, _entered) as trail:
            if not is_changed(name, trail[-1], modified):
                take_away(name, trail[-1], modified)
                _leave(trail, folders)

    def exists(self, name: str) -> bool:
        """Tell whether a regular file lies there."""
        try:
            os.close(self._opened(name))
        except ObjectMissing:
            return False
        return True

    def walk(self, prefix: str = "") -> Iterator[Found]:
        """Go through all objects whose keys begin so, one at a time; no folder is read in vain."""
        folders, begun = keys.beginning(prefix)
        root = Path(self.location)
        return (found for found in files(root.joinpath(*folders), root, begun) if not hidden(found.key))

    def leftovers(self) -> Iterator[Found]:
        """Go through the temporary files of writes that never ended."""
        return (
            found
            for found in files(Path(self.location), Path(self.location))
            if is_temporary(found.key.rpartition("/")[2])
        )

    def sweep_up(self, key: str) -> None:
        """Remove a temporary file and the folders that it alone kept."""
        *folders, name = key.split("/")
        if not is_temporary(name):
            raise keys.BadKey("not a temporary file")
        self._remove([*(keys.segments("/".join(folders)) if folders else []), name])

    def _remove(self, path: Sequence[str]) -> None:
        *folders, name = path
        absent = suppress(FileNotFoundError, NotADirectoryError)
        with failures_named(), absent, self._descent(folders, _entered) as trail:
            os.unlink(name, dir_fd=trail[-1])
            _leave(trail, folders)

    def _save(self, name: str, content: "File[bytes]") -> str:
        self.put(name, content.read())
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        return File(os.fdopen(self._opened(name), mode), name=name)

    def _opened(self, key: str) -> int:
        *folders, name = keys.segments(key)
        with failures_named(), self._descent(folders, _entered) as trail:
            # Without O_NONBLOCK a pipe under that name would hold us up for ever.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            descriptor = os.open(name, flags, dir_fd=trail[-1])
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return descriptor
            os.close(descriptor)
            raise ObjectMissing

    @contextmanager
    def _descent(self, folders: Sequence[str], step: Step) -> Iterator[list[int]]:
        """Hold descriptors of the root and of each folder on the way down."""
        trail = [self._root(step)]
        try:
            for folder in folders:
                trail.append(step(folder, trail[-1]))
            yield trail
        finally:
            for descriptor in trail:
                os.close(descriptor)

    def _root(self, step: Step) -> int:
        # The root itself may be a link: that is the operator's choice.
        flags = _FOLDER & ~os.O_NOFOLLOW
        try:
            return os.open(self.location, flags)
        except FileNotFoundError:
            if step is not _entered_or_made:
                raise
        Path(self.location).mkdir(parents=True, exist_ok=True)
        return os.open(self.location, flags)


def _entered(folder: str, parent: int) -> int:
    return os.open(folder, _FOLDER, dir_fd=parent)


def _entered_or_made(folder: str, parent: int) -> int:
    try:
        return _entered(folder, parent)
    except FileNotFoundError:
        with suppress(FileExistsError):
            os.mkdir(folder, 0o755, dir_fd=parent)
        return _entered(folder, parent)


def _publish(trail: Sequence[int], folders: Sequence[str], name: str, data: bytes, give_name: Naming) -> None:
    with _left_tidy(trail, folders), Unnamed(trail[-1]) as file:
        file.write(data)
        file.sync()
        give_name(trail, file.name, name)


@contextmanager
def _left_tidy(trail: Sequence[int], folders: Sequence[str]) -> Iterator[None]:
    """Take folders away again that stay empty because something went wrong."""
    try:
        yield
    except (OSError, StorageUnavailable):
        _leave(trail, folders)
        raise


def _named_anew(trail: Sequence[int], temporary: str, name: str) -> None:
    """Make the name durable, and those of all folders above: any of them may be new and another's."""
    appear(trail[-1], temporary, name)
    try:
        _synced.sync(trail)
    except OSError:
        os.unlink(name, dir_fd=trail[-1])
        raise


def _named_over(trail: Sequence[int], temporary: str, name: str) -> None:
    os.rename(temporary, name, src_dir_fd=trail[-1], dst_dir_fd=trail[-1])
    _synced.sync(trail)


def _leave(trail: Sequence[int], folders: Sequence[str]) -> None:
    """Remove the folders that are empty now, from the inside out, and make that durable."""
    depth = len(folders)
    while depth and _removed(folders[depth - 1], trail[depth - 1]):
        _synced.forget(trail[depth], trail[depth - 1])
        depth -= 1
    with suppress(FileNotFoundError):
        os.fsync(trail[depth])


def _removed(folder: str, parent: int) -> bool:
    try:
        os.rmdir(folder, dir_fd=parent)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
