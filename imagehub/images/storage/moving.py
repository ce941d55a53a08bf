"""Two places while everything goes from the one to the other: what is not here yet is still there.

What is new goes to the present place, so that the other one only ever gets emptier. An object that is in
both is the same in both: replacing and deleting see to the former place too. `imagehub/images/moving`
does the rest.
"""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core.files.storage import Storage, storages

from imagehub.images.storage.interface import Found, ObjectExists, ObjectMissing, ObjectStore

if TYPE_CHECKING:
    from django.core.files.base import File


class MovingStorage(Storage):
    """The present place, and behind it the former one, as a single storage."""

    local: ClassVar[bool] = False  # a front server would have to know which of the two

    def __init__(self, present: dict[str, Any], former: dict[str, Any]) -> None:
        self.present, self.former = made(present), made(former)

    def put(self, key: str, data: bytes) -> None:
        """Keep the object in the present place; a key is taken when it is in either."""
        if self.former.exists(key):
            raise ObjectExists
        self.present.put(key, data)

    def replace(self, key: str, data: bytes) -> None:
        """Keep the object in the present place, and let the former forget what it had."""
        self.present.replace(key, data)
        self.former.delete(key)

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Open the object now, wherever it is, and return its bytes from `start`."""
        # It may be moved between the first look and the second.
        for place in (self.present, self.former):
            try:
                return place.chunks(key, start, length)
            except ObjectMissing:
                continue
        return self.present.chunks(key, start, length)

    def exists(self, name: str) -> bool:
        """Tell whether the object is in either place."""
        return self.present.exists(name) or self.former.exists(name) or self.present.exists(name)

    def delete(self, name: str) -> None:
        """Make sure that nothing is stored under the key in either place.

        The former goes first: whoever moves the object looks there after it has written here.
        """
        self.former.delete(name)
        self.present.delete(name)

    def walk(self, prefix: str = "") -> Iterator[Found]:
        """Go through all objects; one that is moved meanwhile may be seen twice, and none is missed."""
        here = (found for found in self.present.walk(prefix) if not self.former.exists(found.key))
        return chain(self.former.walk(prefix), here)

    def leftovers(self) -> Iterator[Found]:
        """Go through what interrupted writes left behind in either place."""
        return chain(self.former.leftovers(), self.present.leftovers())

    def sweep_up(self, key: str) -> None:
        """Remove one thing that `leftovers` found, wherever it is."""
        self.former.sweep_up(key)
        self.present.sweep_up(key)

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        return cast("File[bytes]", self._place_of(name).open(name, mode))

    def _place_of(self, name: str) -> ObjectStore:
        return self.former if not self.present.exists(name) and self.former.exists(name) else self.present

    def _save(self, name: str, content: "File[bytes]") -> str:
        self.put(name, content.read())
        return name


def made(described: dict[str, Any]) -> ObjectStore:
    """Return the storage of an entry as in STORAGES."""
    return cast("ObjectStore", storages.create_storage(described))
