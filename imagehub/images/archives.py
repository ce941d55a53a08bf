"""Many pictures in one file, made while it is sent."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from imagehub.api.occupancy import Room
from imagehub.images import storage
from imagehub.images.models import Image
from imagehub.images.storage import ObjectMissing

# A slow reader of an archive can hold a thread, of which there are few.
ROOM = Room("archives", 2, 3600, _("Two archives are on their way to you already. Wait for one of them."))
_LOST = "missing.txt"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an archive, read when its turn comes; `read` may raise ObjectMissing."""

    name: str
    moment: datetime
    read: Callable[[], bytes]


def zipped(parts: Iterable[Part]) -> Iterator[bytes]:
    """Yield an archive in pieces of at most CHUNK bytes; of all pictures only one is in memory at a time.

    What serves us keeps a number of pieces for a slow reader, so whole pictures would fill the memory. What is lost
    is named in a file of its own.
    """
    outlet, lost = _Outlet(), []
    with zipfile.ZipFile(outlet, "w") as archive:
        for part in parts:
            try:
                archive.writestr(_entry(part), part.read())
            except ObjectMissing:
                lost.append(part.name)
            yield from outlet.taken()
        if lost:
            archive.writestr(_LOST, "\n".join(lost))
    yield from outlet.taken()


def bytes_of(image: Image) -> bytes:
    """Read the object of an image; one that a smaller one has replaced meanwhile is there under another key."""
    try:
        return storage.read(image.key)
    except ObjectMissing:
        present = Image.objects.filter(pk=image.pk).values_list("key", flat=True)
        key = next(iter(present[:1]), image.key)
        if key == image.key:
            raise
        return storage.read(key)


def _entry(part: Part) -> zipfile.ZipInfo:
    moment = part.moment.timetuple()[:6]
    entry = zipfile.ZipInfo(part.name, date_time=(max(1980, moment[0]), *moment[1:6]))
    entry.external_attr = 0o644 << 16
    return entry


class _Outlet(io.RawIOBase):
    """Where an archive is written to and taken from at once."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Take whatever comes."""
        return True

    def write(self, piece: Any) -> int:
        """Keep a piece until it is taken."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        """Yield what was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        yield from (data[start : start + storage.CHUNK] for start in range(0, len(data), storage.CHUNK))
