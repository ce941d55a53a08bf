"""Long lists that are counted, filtered and opened at any page at a cost that hardly grows with them.

A shelf numbers its things densely (1, 2, 3 …, newer ones higher). For each term that a thing has, such as a
status or a word, one bit is set in the row of (shelf, term, range of numbers). What has several terms at
once is the intersection of their bits: totals are exact, and a page number leads straight to its numbers.
A million things are 123 rows for each term asked for.

Terms differ by case and accent and do not end in a space. Whoever changes a shelf holds a lock on it (its
owner's row, say) in the same transaction.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from math import inf
from operator import and_

from django.db import connection
from django.db.models import Max, QuerySet

from imagehub.api.models import Posting

SPAN = 8192  # numbers whose bits share a row: at most 1 KB, for a rare term a few bytes
LONGEST_TERM = 64  # characters
STAMP = "changed"  # the term whose row tells one state of a range from any other
AT_ONCE = 6  # terms; of more the rarer half is read first, and the others only where that leaves something
_BATCH = 200
Order = Callable[[list[int]], Iterator[int]]
Kept = dict[int, bytes | memoryview]  # of one term, bits by bucket


@dataclass(frozen=True)
class Found:
    """The numbers that were asked for; nothing but their bits is kept."""

    ranges: tuple[tuple[int, int], ...] = ()  # bucket and bits, ascending

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(bits.bit_count() for _bucket, bits in self.ranges)

    def newest(self, start: int, length: int) -> list[int]:
        """Return a page of the list that begins with the highest number."""
        return self._page(reversed(self.ranges), reversed, start, length)

    def oldest(self, start: int, length: int) -> list[int]:
        """Return a page of the list that begins with the lowest number."""
        return self._page(self.ranges, iter, start, length)

    def before(self, number: int) -> "Found":
        """Return those below a number."""
        cut = ((bucket, bits & _mask(bucket, 0, number - 1)) for bucket, bits in self.ranges)
        return Found(tuple((bucket, bits) for bucket, bits in cut if bits))

    def above(self, number: int) -> int | None:
        """Return the next higher number."""
        rest = ((bucket, bits & _mask(bucket, number + 1, inf)) for bucket, bits in self.ranges)
        return next((bucket * SPAN + (bits & -bits).bit_length() - 1 for bucket, bits in rest if bits), None)

    def below(self, number: int) -> int | None:
        """Return the next lower number."""
        rest = ((bucket, bits & _mask(bucket, 0, number - 1)) for bucket, bits in reversed(self.ranges))
        return next((bucket * SPAN + bits.bit_length() - 1 for bucket, bits in rest if bits), None)

    def higher(self, number: int) -> int:
        """Return how many numbers are higher than one, which need not be among them."""
        return sum((bits & _mask(bucket, number + 1, inf)).bit_count() for bucket, bits in self.ranges)

    def _page(self, ranges: Iterable[tuple[int, int]], order: Order, start: int, length: int) -> list[int]:
        page: list[int] = []
        for bucket, bits in ranges:
            count = bits.bit_count()
            if count <= start:
                start -= count
                continue
            page += islice(order(_numbers(bucket, bits)), start, start + length - len(page))
            if len(page) == length:
                break
            start = 0
        return page


@dataclass(frozen=True)
class Change:
    """What terms a thing loses and gains; one that is in both is gained."""

    number: int
    lose: Collection[str] = ()
    gain: Collection[str] = ()


def change(shelf: str, number: int, *, lose: Collection[str] = (), gain: Collection[str] = ()) -> None:
    """Take terms from a thing and give it others, in the caller's transaction and under its lock."""
    rearrange(shelf, [Change(number, lose, gain)])


def rearrange(shelf: str, changes: Iterable[Change]) -> None:
    """Change many things at once, in the caller's transaction and under its lock: few queries for each range."""
    by_bucket: dict[int, dict[str, tuple[int, int]]] = {}
    for each in changes:
        bucket, bit = _place(each.number)
        masks = by_bucket.setdefault(bucket, {})
        for term in each.gain:
            lost, gained = masks.get(term, (0, 0))
            masks[term] = (lost, gained | bit)
        for term in set(each.lose) - set(each.gain):
            lost, gained = masks.get(term, (0, 0))
            masks[term] = (lost | bit, gained)
    for bucket in sorted(by_bucket):
        _apply(shelf, bucket, by_bucket[bucket])


def find(shelf: str, terms: Collection[str], *, lowest: float = 0, highest: float = inf) -> Found:
    """Return the numbers that have all of the terms and lie between the bounds, both included; one to three queries."""
    if lowest == inf or highest < lowest:
        return Found()
    rows = _between(Posting.objects.filter(shelf=shelf), lowest, highest)
    first, others = _parted(rows, sorted(set(terms)), int(lowest) // SPAN)
    cut = ((bucket, bits & _mask(bucket, lowest, highest)) for bucket, bits in _common(_kept(rows, first)))
    ranges = [(bucket, bits) for bucket, bits in cut if bits]
    if others and ranges:
        rest = _kept(rows.filter(bucket__in=[bucket for bucket, _bits in ranges]), others)
        ranges = [(bucket, bits & there) for bucket, bits in ranges if (there := _everywhere(rest, bucket)) & bits]
    return Found(tuple(ranges))


def stamps(shelf: str) -> dict[int, bytes]:
    """Return by range what tells its state from any other, and nothing of those that never changed; one query."""
    rows = Posting.objects.filter(shelf=shelf, term=STAMP)
    return {bucket: bytes(bits) for bucket, bits in rows.values_list("bucket", "bits")}


def kinds(shelf: str, prefix: str, most: int) -> dict[str, int]:
    """Return terms that begin alike, each with the highest number that has it; two queries.

    At most as many as asked for, in the order of the terms. `prefix` ends in an ASCII character.
    """
    beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    rows = Posting.objects.filter(shelf=shelf, term__gte=prefix, term__lt=beyond)
    last = dict(rows.values_list("term").annotate(Max("bucket")).order_by("term")[:most])
    ends = Posting.objects.filter(shelf=shelf, term__in=sorted(last), bucket__in=sorted(set(last.values())))
    return {
        term: bucket * SPAN + unpacked(bits).bit_length() - 1
        for term, bucket, bits in ends.values_list("term", "bucket", "bits")
        if bucket == last[term]
    }


def totals(shelf: str, terms: Collection[str], *, within: str) -> dict[str, int]:
    """Return how many of the things with the term `within` have each of the terms; one query.

    It reads every row of these terms: a million things are up to 123 rows for each.
    """
    rows = Posting.objects.filter(shelf=shelf, term__in=sorted({*terms, within}))
    found: dict[str, dict[int, int]] = {}
    for term, bucket, bits in rows.values_list("term", "bucket", "bits"):
        found.setdefault(term, {})[bucket] = unpacked(bits)
    inside = found.get(within, {})
    common = {term: (bits & inside.get(bucket, 0) for bucket, bits in found.get(term, {}).items()) for term in terms}
    return {term: sum(bits.bit_count() for bits in each) for term, each in common.items()}


def clear(shelf: str) -> None:
    """Forget a whole shelf."""
    Posting.objects.filter(shelf=shelf).delete()


def _apply(shelf: str, bucket: int, masks: dict[str, tuple[int, int]]) -> None:
    """Clear and set bits of a range, given for each term."""
    stamp = {STAMP: secrets.randbits(64)}
    for terms in _batches(masks):
        kept = {term: unpacked(bits) for term, bits in _postings(shelf, terms, bucket)}
        after = {term: kept.get(term, 0) & ~masks[term][0] | masks[term][1] for term in terms}
        _write(shelf, bucket, stamp | {term: bits for term, bits in after.items() if bits})
        gone = [term for term, bits in after.items() if not bits and term in kept]
        if gone:
            Posting.objects.filter(shelf=shelf, bucket=bucket, term__in=gone).delete()


def _place(number: int) -> tuple[int, int]:
    return number // SPAN, 1 << number % SPAN


def _numbers(bucket: int, bits: int) -> list[int]:
    first = bucket * SPAN
    return [first + at for at, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"]


def _between(rows: QuerySet[Posting], lowest: float, highest: float) -> QuerySet[Posting]:
    if lowest > 0:
        rows = rows.filter(bucket__gte=int(lowest) // SPAN)
    return rows.filter(bucket__lte=int(highest) // SPAN) if highest < inf else rows


def _parted(rows: QuerySet[Posting], terms: list[str], sample: int) -> tuple[list[str], list[str]]:
    """Return what to read first and what afterwards, judged by one range."""
    if len(terms) <= AT_ONCE:
        return terms, []
    kept = _kept(rows.filter(bucket=sample), terms)
    rarest_first = sorted(terms, key=lambda term: unpacked(kept[term].get(sample, b"")).bit_count())
    return rarest_first[: len(terms) // 2], rarest_first[len(terms) // 2 :]


def _kept(rows: QuerySet[Posting], terms: Sequence[str]) -> dict[str, Kept]:
    kept: dict[str, Kept] = {term: {} for term in terms}
    for term, bucket, bits in rows.filter(term__in=terms).values_list("term", "bucket", "bits"):
        kept[term][bucket] = bits
    return kept


def _everywhere(terms: dict[str, Kept], bucket: int) -> int:
    """Return what all terms have in common in one range."""
    return reduce(and_, (unpacked(kept.get(bucket, b"")) for kept in terms.values()))


def _common(read: dict[str, Kept]) -> Iterator[tuple[int, int]]:
    """Return what all terms have in common, ascending; of each range as few bits are unpacked as that takes."""
    terms = list(read.values())
    buckets = sorted(set.intersection(*map(set, terms))) if terms else []
    if not buckets:
        return
    sample = buckets[len(buckets) // 2]
    rarest_first = sorted(terms, key=lambda kept: unpacked(kept[sample]).bit_count())
    for bucket in buckets:
        bits = unpacked(rarest_first[0][bucket])
        for kept in rarest_first[1:]:
            if not bits:
                break
            bits &= unpacked(kept[bucket])
        yield bucket, bits


def _mask(bucket: int, lowest: float, highest: float) -> int:
    first = bucket * SPAN
    low = max(0, min(SPAN, int(lowest) - first))
    high = SPAN if highest == inf else max(0, min(SPAN, int(highest) - first + 1))
    return ((1 << high) - 1) & ~((1 << low) - 1)


def _postings(shelf: str, terms: list[str], bucket: int) -> Iterable[tuple[str, bytes | memoryview]]:
    rows = Posting.objects.filter(shelf=shelf, bucket=bucket, term__in=terms)
    return rows.values_list("term", "bits")


def _write(shelf: str, bucket: int, words: dict[str, int]) -> None:
    targeted = connection.features.supports_update_conflicts_with_target
    Posting.objects.bulk_create(
        [Posting(shelf=shelf, term=term, bucket=bucket, bits=packed(bits)) for term, bits in words.items()],
        update_conflicts=True,
        update_fields=["bits"],
        unique_fields=["shelf", "term", "bucket"] if targeted else None,
    )


def _batches(terms: Iterable[str]) -> Iterator[list[str]]:
    # In one order everywhere, so that two writers lock rows in that order.
    rest = iter(sorted(terms))
    while batch := list(islice(rest, _BATCH)):
        yield batch


def packed(bits: int) -> bytes:
    """Return bits as they are kept: how many empty bytes come first, then those up to the highest bit."""
    empty = max(0, (bits & -bits).bit_length() - 1) // 8
    rest = bits >> 8 * empty
    return empty.to_bytes(2, "little") + rest.to_bytes((rest.bit_length() + 7) // 8, "little")


def unpacked(kept: bytes | memoryview) -> int:
    """Return the bits that are kept so."""
    empty, rest = int.from_bytes(kept[:2], "little"), int.from_bytes(kept[2:], "little")
    return rest << 8 * empty if empty else rest
