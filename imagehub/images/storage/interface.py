"""What the image core asks of any storage, and the one vocabulary of its failures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, ClassVar, Protocol

from imagehub.lib.errors import Conflict, ImageNotFound

CHUNK = 64 * 1024  # bytes


class ObjectMissing(ImageNotFound):
    """Nothing is stored under this key."""


class ObjectExists(Conflict):
    """Something is stored under this key already; what is stored never changes."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stored object as a walk sees it."""

    key: str
    size: int  # bytes
    modified: datetime


@dataclass(frozen=True, slots=True)
class Labels:
    """What a place says of an object that it sends to a browser itself."""

    content_type: str
    disposition: str
    caching: str


class ObjectStore(Protocol):
    """Whole objects under keys: durable once `put` returns, gone once `delete` returns.

    They never change, but for those whose feature replaces them whole.

    Every method raises StorageUnavailable when the storage fails, ObjectMissing when a key holds
    nothing (except `delete`, which is content with that) and BadKey before touching anything.
    """

    local: ClassVar[bool]

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under a free key for good; raise ObjectExists for a taken one."""

    def replace(self, key: str, data: bytes) -> None:
        """Keep `data` under a key in place of what is there; readers find the one or the other, never a part."""

    def open(self, name: str, mode: str = "rb") -> IO[Any]:
        """Return the object as a file open for reading."""

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Open the object now and return its bytes from `start`, at most CHUNK at a time."""

    def delete(self, name: str) -> None:
        """Make sure that nothing is stored under the key."""

    def exists(self, name: str) -> bool:
        """Tell whether an object is stored under the key."""

    def walk(self, prefix: str = "") -> Iterator[Found]:
        """Go through all objects whose keys begin so (`""`, `a/folder/`, `a/name_`), in no order, one at a time."""

    def leftovers(self) -> Iterator[Found]:
        """Go through what interrupted writes left behind."""

    def sweep_up(self, key: str) -> None:
        """Remove one thing that `leftovers` found; raise BadKey for anything else."""
