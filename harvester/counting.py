"""How many jobs there are, where they stand and where a page of them begins, at a cost that hardly grows with them.

Jobs are counted in ranges of neighbouring primary keys. One that is over stays as it is and none is ever removed, so
that ranges below the oldest one under way are counted once and remembered, in the shared cache.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Count, F, Min

from harvester.models import ACTIVE, Job, JobQuerySet
from imagehub.lib import shared
from imagehub.lib.digests import sha256

Counts: TypeAlias = dict[tuple[Any, ...], int]  # by the range, and by what is told apart within it

RANGE_BITS = 13  # 8,192 neighbouring keys are counted together
YOUNG = 1000  # of the newest keys a lower one may be committed after a higher one
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Place:
    """Where among some jobs, newest first, a page is."""

    total: int  # of these jobs
    below: int = 0  # primary keys from here on come before the page
    skip: int = 0  # and so many below that
    least: int = 0  # no primary key of the page is smaller


@dataclass(frozen=True)
class _Kept:
    """What was counted of the ranges below `until`."""

    until: int
    counts: Counts


_NOTHING = _Kept(0, {})


def place(jobs: JobQuerySet, start: int, length: int) -> Place:
    """Return where the `length` jobs after `start` newer ones are; a query of few rows, two with many jobs."""
    counts = {bucket: count for (bucket,), count in _counts(jobs).items()}
    passed = below = skip = least = 0
    for bucket in sorted(counts, reverse=True):
        if passed <= start < passed + counts[bucket]:
            below, skip = (bucket + 1) << RANGE_BITS, start - passed
        if passed < start + length:
            least = bucket << RANGE_BITS
        passed += counts[bucket]
    return Place(passed, below, skip, least)


def total(jobs: JobQuerySet) -> int:
    """Return how many these jobs are."""
    return sum(_counts(jobs).values())


def by_status() -> Mapping[str, int]:
    """Return how many jobs stand where, all at one moment; what none does is missing."""
    found: Counter[str] = Counter()
    for (_bucket, status), count in _counts(Job.objects.all(), "status").items():
        found[status] += count
    return found


def _counts(jobs: JobQuerySet, *apart: str) -> Counts:
    settled = _settled()  # before the counting: a job that ends meanwhile is counted as it was
    if not settled:
        return _counted(jobs, 0, *apart)
    name = f"jobs:{sha256(repr((jobs.query.sql_with_params(), apart)).encode())}"
    kept: _Kept = shared.ask(lambda cache: cache.get(name)) or _NOTHING
    if kept.until > settled:  # of a database that an older state has taken the place of
        kept = _NOTHING
    counts = kept.counts | _counted(jobs, kept.until, *apart)
    if settled > kept.until:
        right = _Kept(settled, {key: count for key, count in counts.items() if key < (settled,)})
        shared.ask(lambda cache: cache.set(name, right, KEPT_SECONDS))
    return counts


def _counted(jobs: JobQuerySet, first: int, *apart: str) -> Counts:
    ranges = jobs.filter(pk__gte=first << RANGE_BITS).annotate(range=F("pk").bitrightshift(RANGE_BITS)).order_by()
    return {tuple(key): count for *key, count in ranges.values_list("range", *apart).annotate(Count("pk"))}


def _settled() -> int:
    """Return the first range in which something may change; 0 as long as there are not many jobs."""
    newest: int = next(iter(Job.objects.order_by("-pk").values_list("pk", flat=True)[:1]), 0)
    if (newest - YOUNG) >> RANGE_BITS <= 0:
        return 0
    # A query each: asked for the lowest of both, a database may go through all that are over.
    oldest = (Job.objects.filter(status=status).aggregate(lowest=Min("pk"))["lowest"] for status in ACTIVE)
    lowest: int = min([newest - YOUNG, *(key for key in oldest if key is not None)])
    return lowest >> RANGE_BITS
