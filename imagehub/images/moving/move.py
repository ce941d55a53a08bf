"""Goes through all objects of a place, a bounded number at a time, and tells how far it is."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from imagehub.images.moving.carrying import ARRIVED, Carrier, Outcome
from imagehub.images.moving.journal import Journal
from imagehub.images.storage import BadKey, Found, ObjectStore, keys

BATCH = 200  # objects that are looked up, and noted, together
R = TypeVar("R")
Tell = Callable[["Progress"], None]


@dataclass
class Progress:
    """How far a move is."""

    objects: int  # that were in the source at its beginning
    bytes: int
    started: float = field(default_factory=time.monotonic)
    seen: int = 0
    seen_bytes: int = 0
    carried_bytes: int = 0  # all that was read and compared, not only noted before
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    doubts: list[tuple[str, Outcome]] = field(default_factory=list)  # the first of them
    deleted: int = 0

    @property
    def seconds(self) -> float:
        """The time since it began."""
        return time.monotonic() - self.started

    @property
    def is_complete(self) -> bool:
        """Whether everything that is ours has arrived."""
        return not self.outcomes[Outcome.IN_DOUBT]

    def count(self, found: Found, outcome: Outcome) -> None:
        """Take note of an object."""
        self.seen += 1
        self.seen_bytes += found.size
        self.outcomes[outcome] += 1
        if outcome in {Outcome.IN_DOUBT, Outcome.FOREIGN} and len(self.doubts) < BATCH:
            self.doubts.append((found.key, outcome))


def planned(source: ObjectStore) -> Progress:
    """Count what there is to move."""
    plan = Progress(0, 0)
    for found in source.walk():
        plan.objects += 1
        plan.bytes += found.size
    return plan


def missing(source: ObjectStore, target: ObjectStore) -> Iterator[Found]:
    """Go through the objects that the target does not have, reading none."""
    return (found for found in source.walk() if not _is_foreign(found.key) and not target.exists(found.key))


def _is_foreign(key: str) -> bool:
    try:
        keys.segments(key)
    except BadKey:
        return True
    return False


class Move:
    """One run: everything is carried and compared, and deleted only where this run has compared it."""

    def __init__(self, carrier: Carrier, journal: Journal, workers: int) -> None:
        self._carrier, self._journal, self._workers = carrier, journal, workers

    def carry_all(self, progress: Progress, tell: Tell) -> None:
        """Have every object of the source in the target; what was noted before, and is there, is not read again."""
        for batch in _batches(self._carrier.source.walk()):
            known = self._there(self._journal.unchanged(batch))
            arrived = self._carried([found for found in batch if found.key not in known])
            for found in batch:
                progress.count(found, arrived.get(found.key, Outcome.THERE))
                progress.carried_bytes += found.size if found.key in arrived else 0
            tell(progress)

    def delete_source(self, progress: Progress, tell: Tell) -> None:
        """Delete from the source what is in the target beyond doubt, compared in this very run."""
        for batch in _batches(self._carrier.source.walk()):
            fresh = self._journal.just_seen(batch)
            arrived = self._carried([found for found in batch if found.key not in fresh])
            gone = [*self._there(fresh)] + [key for key, outcome in arrived.items() if outcome in ARRIVED]
            self._done(self._carrier.source.delete, gone)
            progress.deleted += len(gone)
            tell(progress)

    def _there(self, keys: Collection[str]) -> set[str]:
        """Return those that the target has: whatever was noted, it may have been emptied since."""
        found = self._done(self._carrier.target.exists, [*keys])
        return {key for key, is_there in zip(keys, found, strict=True) if is_there}

    def _carried(self, batch: list[Found]) -> dict[str, Outcome]:
        outcomes = self._done(self._carrier.carry, [found.key for found in batch])
        arrived = dict(zip([found.key for found in batch], outcomes, strict=True))
        self._journal.note(found for found in batch if arrived[found.key] in ARRIVED)
        return arrived

    def _done(self, work: Callable[[str], R], keys: Sequence[str]) -> list[R]:
        with ThreadPoolExecutor(self._workers) as pool:
            under_way = [pool.submit(work, key) for key in keys]
            try:
                return [one.result() for one in under_way]
            finally:
                # After a failure the others would each find out for themselves that the storage is away.
                for one in under_way:
                    one.cancel()


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        yield batch
