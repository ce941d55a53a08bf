"""How much of what was found on a shelf stands under each term, counted anew only where the shelf has changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from time import time
from typing import TypeAlias

from django.db.models import Q

from imagehub.api.models import Posting
from imagehub.api.shelves import Found, unpacked
from imagehub.lib import shared
from imagehub.lib.digests import sha256

Counts: TypeAlias = dict[str, int]  # by the term
Stamps: TypeAlias = Mapping[int, bytes]  # by the range: see `shelves.stamps`
Kept: TypeAlias = dict[int, tuple[bytes, Counts]]  # by the range: how it was when it was counted, and the counts

FEW = 8  # ranges; so many are counted in less time than remembering takes
PLACES = 64  # for what is remembered of one shelf: of different questions there is no end, but of memory
KEPT_SECONDS = 3600
_UNCHANGED = b""  # the stamp of a range that nobody has changed since there are stamps


@dataclass(frozen=True)
class Inquiry:
    """What was found for each kind of term, which is named by how its terms begin, up to a colon.

    The stamps are those from before the finding: what is counted may be newer than they say, never older.
    """

    shelf: str
    stamps: Stamps
    among: Mapping[str, Found]


def shares(inquiry: Inquiry, known_as: str) -> Counts:
    """Return for each term of the kinds how many of what was found for its kind have it.

    Long shelves are remembered by the name of what was asked: the next time one query is left, of a few rows. What is
    asked takes the place of something that was asked before; the others of its shelf stay. Nothing is relied on for
    longer than `KEPT_SECONDS`, however often it is brought up: a release without stamps may have changed the shelf.
    """
    if max(len(found.ranges) for found in inquiry.among.values()) <= FEW:
        return _sum(_counted(inquiry, None).values())
    asked = sha256(known_as.encode())
    place = f"shares:{inquiry.shelf}:{int(asked, 16) % PLACES}"
    told: tuple[str, float, Kept] | None = shared.ask(lambda cache: cache.get(place))
    until, kept = time() + KEPT_SECONDS, None
    if told and told[0] == asked and time() < told[1]:
        _asked, until, kept = told
    right = _brought_up(inquiry, kept)
    if right != kept:
        shared.ask(lambda cache: cache.set(place, (asked, until, right), KEPT_SECONDS))
    return _sum(counts for _stamp, counts in right.values())


def _brought_up(inquiry: Inquiry, kept: Kept | None) -> Kept:
    """Return the counts of all ranges, those that hold as they are and the others counted again."""
    if kept is None:
        fresh = _counted(inquiry, None)
        return {bucket: _as_of(inquiry, bucket, fresh) for bucket in {*fresh, *inquiry.stamps}}
    right = {bucket: one for bucket, one in kept.items() if one[0] == inquiry.stamps.get(bucket, _UNCHANGED)}
    stale = sorted({*kept, *inquiry.stamps} - right.keys())
    fresh = _counted(inquiry, stale) if stale else {}
    return right | {bucket: _as_of(inquiry, bucket, fresh) for bucket in stale}


def _as_of(inquiry: Inquiry, bucket: int, fresh: Mapping[int, Counts]) -> tuple[bytes, Counts]:
    return inquiry.stamps.get(bucket, _UNCHANGED), fresh.get(bucket, {})


def _counted(inquiry: Inquiry, buckets: Collection[int] | None) -> dict[int, Counts]:
    """Count by range, in some ranges or in all; one query."""
    inside = {kind: dict(found.ranges) for kind, found in inquiry.among.items()}
    rows = Posting.objects.filter(reduce(or_, map(_beginning, inside)), shelf=inquiry.shelf)
    if buckets is not None:
        rows = rows.filter(bucket__in=buckets)
    counts: dict[int, Counts] = {}
    for term, bucket, bits in rows.values_list("term", "bucket", "bits"):
        found = inside[term[: term.index(":") + 1]].get(bucket, 0)
        if found and (count := (unpacked(bits) & found).bit_count()):
            counts.setdefault(bucket, {})[term] = count
    return counts


def _beginning(kind: str) -> Q:
    return Q(term__gte=kind, term__lt=kind[:-1] + chr(ord(kind[-1]) + 1))


def _sum(each: Iterable[Counts]) -> Counts:
    whole: Counts = {}
    for counts in each:
        for term, count in counts.items():
            whole[term] = whole.get(term, 0) + count
    return whole
