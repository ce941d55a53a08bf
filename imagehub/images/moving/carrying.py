"""Carries one object at a time, as often as anybody likes, and says what has become of it.

The hub may write, replace and delete meanwhile: in the target when it is set up for the move (see
`storage/moving.py`), otherwise in the source. So what lies in the target is never replaced unless rows of
the database say that the source has the right bytes, or the hub still writes there.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TypeVar

from django.db import connections

from imagehub.images import keepers
from imagehub.images.storage import BadKey, ObjectExists, ObjectMissing, ObjectStore
from imagehub.lib.digests import sha256, sha256_of
from imagehub.lib.errors import StorageUnavailable

PAUSES = (0.5, 2.0, 8.0)  # seconds before an object is tried again
SETTLING = 1.0  # seconds that whoever replaces an object may take between the two places

R = TypeVar("R")


class Outcome(StrEnum):
    """What has become of an object."""

    MOVED = "moved"
    THERE = "there"
    RENEWED = "renewed"
    NEWER = "newer"
    GONE = "gone"
    FOREIGN = "foreign"
    IN_DOUBT = "in-doubt"


SENTENCES = {
    Outcome.MOVED: "written and read back",
    Outcome.THERE: "there before, with the same bytes",
    Outcome.RENEWED: "there before with other bytes than it should have; written anew",
    Outcome.NEWER: "replaced in the new place meanwhile",
    Outcome.GONE: "deleted meanwhile",
    Outcome.FOREIGN: "no name that ImageHub would give; left where they are",
    Outcome.IN_DOUBT: "different in both places, and the database knows neither; left where they are",
}
ARRIVED = frozenset({Outcome.MOVED, Outcome.THERE, Outcome.RENEWED, Outcome.NEWER})


class Side(Enum):
    """Where the hub writes while objects are moved."""

    SOURCE = auto()
    TARGET = auto()


@dataclass(frozen=True)
class Carrier:
    """Knows from where to where, and who may write meanwhile."""

    source: ObjectStore
    target: ObjectStore
    hub: Side

    def carry(self, key: str) -> Outcome:
        """Have the object in the target, read back and equal; StorageUnavailable when that can't be had for long."""
        return _patiently(lambda: self._carried(key))

    def _carried(self, key: str) -> Outcome:
        try:
            data = _read(self.source, key)
            outcome = self._written(key, data)
        except ObjectMissing:
            return Outcome.GONE
        except BadKey:
            return Outcome.FOREIGN
        digest = sha256(data)
        # In this order: whoever deletes or replaces meanwhile is seen in the source or done with the target.
        if _digest(self.target, key) == digest and self.source.exists(key):
            return outcome
        try:
            return self._settled(key, digest)
        finally:
            connections.close_all()

    def _written(self, key: str, data: bytes) -> Outcome:
        try:
            self.target.put(key, data)
        except ObjectExists:
            return Outcome.THERE
        return Outcome.MOVED

    def _settled(self, key: str, written: str) -> Outcome:
        time.sleep(SETTLING if self.hub is Side.TARGET else 0)
        here, there = _digest(self.source, key), _digest(self.target, key)
        if here is None:
            return self._withdrawn(key) if there == written else Outcome.GONE
        if here == there:
            return Outcome.THERE
        return self._decided(key, here, there)

    def _decided(self, key: str, here: str, there: str | None) -> Outcome:
        known = {here} if self.hub is Side.SOURCE or there is None else keepers.digests(key)
        if here in known:
            self.target.replace(key, _read(self.source, key))
            return Outcome.RENEWED if _digest(self.target, key) == here else Outcome.IN_DOUBT
        return Outcome.NEWER if there in known or not known else Outcome.IN_DOUBT

    def _withdrawn(self, key: str) -> Outcome:
        """Take back what was written after its deletion; with a row it was moved by another, and stays."""
        if not keepers.known([key]):
            self.target.delete(key)
        return Outcome.GONE


def _read(place: ObjectStore, key: str) -> bytes:
    return b"".join(place.chunks(key))


def _digest(place: ObjectStore, key: str) -> str | None:
    try:
        return sha256_of(place.chunks(key))
    except ObjectMissing:
        return None


def _patiently(work: Callable[[], R]) -> R:
    for pause in PAUSES:
        try:
            return work()
        except StorageUnavailable:
            time.sleep(pause)
    return work()
