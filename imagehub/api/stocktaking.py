"""Comparing shelves with what stands on them, and arranging anew what differs; for a doctor.

A shelf is compared range by range, so that little is held in memory, and its lock is asked for only where something
seems to be wrong.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import TypeAlias

from imagehub.api import shelves
from imagehub.api.models import Posting
from imagehub.api.shelves import SPAN, Change, Found
from imagehub.lib.transactions import write

Range: TypeAlias = tuple[int, int]  # the key of whose shelf it is, and which bucket of it


class Stocktaking(ABC):
    """What an app knows of its shelves, which are named `{kind}:{key of the owner}`."""

    kind: str

    @abstractmethod
    def owners(self) -> Iterator[int]:
        """Yield the keys of those who have a shelf."""

    @abstractmethod
    def last(self, owner: int) -> int:
        """Return the highest number that was ever given on a shelf, or -1 where there is none."""

    @abstractmethod
    def hold(self, owner: int) -> None:
        """Let nobody else change a shelf until the transaction ends."""

    @abstractmethod
    def things(self, owner: int, numbers: range) -> Iterable[tuple[int, Collection[str]]]:
        """Yield the numbers among these of what there is, with the terms that it stands under."""

    def is_miscounted(self) -> bool:
        """Tell whether a shelf disagrees with what stands on it."""
        return next(self._wrong(), None) is not None

    def recount(self) -> None:
        """Let all shelves say what stands on them."""
        for owner, bucket in list(self._wrong()):
            self._put_right(owner, bucket)

    def _wrong(self) -> Iterator[Range]:
        # Listed before any lock: SQLite writes nothing for whoever still reads rows that others have changed since.
        suspected = [one for one in self._ranges() if self._changes(*one)]
        # Asked again under the lock: the two sides were read one after the other.
        return (one for one in suspected if self._differs(*one))

    def _ranges(self) -> Iterator[Range]:
        for owner in self.owners():
            yield from ((owner, bucket) for bucket in range(self.last(owner) // SPAN + 1))
        yield from self._strays()

    def _strays(self) -> Iterator[Range]:
        """Yield ranges in which something stands that was never numbered."""
        rows = Posting.objects.exclude(term=shelves.STAMP).filter(shelf__startswith=f"{self.kind}:")
        pairs = rows.order_by("shelf", "bucket").values_list("shelf", "bucket").distinct().iterator()
        for name, found in groupby(pairs, lambda pair: pair[0]):
            owner = int(name.partition(":")[2])
            beyond = self.last(owner) // SPAN
            yield from ((owner, bucket) for _name, bucket in found if bucket > beyond)

    @write
    def _differs(self, owner: int, bucket: int) -> bool:
        self.hold(owner)
        return bool(self._changes(owner, bucket))

    @write
    def _put_right(self, owner: int, bucket: int) -> None:
        self.hold(owner)
        shelves.rearrange(self._shelf(owner), self._changes(owner, bucket))

    def _changes(self, owner: int, bucket: int) -> list[Change]:
        right, kept = self._right(owner, bucket), self._kept(owner, bucket)
        lose: defaultdict[int, set[str]] = defaultdict(set)
        gain: defaultdict[int, set[str]] = defaultdict(set)
        for term in right.keys() | kept.keys():
            there, wanted = kept.get(term, 0), right.get(term, 0)
            for changes, bits in ((lose, there & ~wanted), (gain, wanted & ~there)):
                for number in Found(((bucket, bits),)).oldest(0, SPAN) if bits else ():
                    changes[number].add(term)
        return [Change(number, lose=lose[number], gain=gain[number]) for number in sorted({*lose, *gain})]

    def _right(self, owner: int, bucket: int) -> dict[str, int]:
        bits: defaultdict[str, int] = defaultdict(int)
        for number, terms in self.things(owner, range(bucket * SPAN, (bucket + 1) * SPAN)):
            for term in terms:
                bits[term] |= 1 << number % SPAN
        return dict(bits)

    def _kept(self, owner: int, bucket: int) -> dict[str, int]:
        rows = Posting.objects.filter(shelf=self._shelf(owner), bucket=bucket).exclude(term=shelves.STAMP)
        return {term: shelves.unpacked(bits) for term, bits in rows.values_list("term", "bits")}

    def _shelf(self, owner: int) -> str:
        return f"{self.kind}:{owner}"
