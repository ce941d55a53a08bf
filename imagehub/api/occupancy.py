"""How much a caller may have under way at once, kept in the shared cache, or by each process while that is away."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import BaseCache
from django.utils.functional import Promise

from imagehub.lib import shared
from imagehub.lib.errors import Throttled

RETRY_AFTER = 30  # seconds


@dataclass(frozen=True)
class Room:
    """So many places for each caller; one whose process died is free again after so many seconds."""

    name: str
    places: int
    seconds: int
    full: str | Promise  # what is said to whoever finds no place


class Occupied:
    """Pieces of an answer that take a place until the last of them is sent, or the answer is given up."""

    def __init__(self, pieces: Iterable[bytes], place: str, owner: str) -> None:
        self._pieces, self._place, self._owner = pieces, place, owner

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        finally:
            self.close()

    def close(self) -> None:
        """Give the place back, unless it was forgotten meanwhile and belongs to another now."""
        leave(self._place, self._owner)


def occupy(caller: str, room: Room, pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Let pieces be sent in one of a caller's places; Throttled where all of them are taken."""
    if not settings.THROTTLING:
        return pieces
    owner = secrets.token_hex(8)
    for number in range(room.places):
        place = f"room:{room.name}:{caller}:{number}"
        if enter(place, owner, room.seconds):
            return Occupied(pieces, place, owner)
    raise Throttled(room.full, retry_after=RETRY_AFTER)


def enter(place: str, owner: str, seconds: int) -> bool:
    """Take a place for so many seconds; tell whether it was free."""
    return shared.ask(lambda store: bool(store.add(place, owner, timeout=seconds)))


def leave(place: str, owner: str) -> None:
    """Give a place back, unless it is another's by now."""

    def left(store: BaseCache) -> None:
        if store.get(place) == owner:
            store.delete(place)

    shared.ask(left)
