"""Counts for the metrics: `images` by result (and bytes), `refusals` by reason, `seconds` by how long visits took.

Downloads are counted by the minute besides, for a day, so that the desk can show how the last hour went.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from harvester.models import Outcome, Tally
from harvester.work import Result

IMAGES, REASONS, SECONDS, MINUTES = "images", "reasons", "seconds", "minutes"
KEPT = timedelta(days=1)  # for which minutes are
BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds; what took longer is labelled `+Inf`

Key = tuple[str, str]


@dataclass(slots=True)
class Sum:
    """How often, and how much altogether."""

    count: int = 0
    total: float = 0.0


def add(results: Iterable[Result]) -> None:
    """Count results within the caller's transaction."""
    sums = _sums(results)
    if not sums:
        return
    names, labels = ({key[part] for key in sums} for part in (0, 1))
    present = set(Tally.objects.filter(name__in=names, label__in=labels).values_list("name", "label"))
    fresh = [Tally(name=name, label=label) for name, label in sums if (name, label) not in present]
    Tally.objects.bulk_create(fresh, ignore_conflicts=True)
    _increase(sums)


def minutes(since: datetime, count: int) -> list[Sum]:
    """Return the downloads and their bytes of so many minutes from one on; one query."""
    labels = [_minute(since + timedelta(minutes=at)) for at in range(count)]
    rows = Tally.objects.filter(name=MINUTES, label__in=labels)
    found = {row.label: Sum(row.count, row.total) for row in rows}
    return [found.get(label, Sum()) for label in labels]


def forget() -> None:
    """Drop the minutes that nobody asks for any more."""
    Tally.objects.filter(name=MINUTES, label__lt=_minute(timezone.now() - KEPT)).delete()


def _increase(sums: Mapping[Key, Sum]) -> None:
    """Add to rows that are there; a queryset's update for each would cost more than all else we record."""
    quoted = connection.ops.quote_name
    table, count = quoted(Tally._meta.db_table), quoted("count")  # noqa: SLF001  # Django's documented API
    sql = f"UPDATE {table} SET {count} = {count} + %s, total = total + %s WHERE name = %s AND label = %s"  # noqa: S608  # our own table
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(sums[key].count, sums[key].total, *key) for key in sorted(sums)])


def _sums(results: Iterable[Result]) -> Mapping[Key, Sum]:
    sums: dict[Key, Sum] = {}
    now = _minute(timezone.now())
    for result in results:
        size = result.file.size if result.file else 0
        _count(sums, (IMAGES, result.outcome), size)
        if result.outcome == Outcome.DOWNLOADED:
            _count(sums, (MINUTES, now), size)
        _count(sums, (SECONDS, _bound(result.seconds)), result.seconds)
        if result.reason:
            _count(sums, (REASONS, result.reason), 0)
    return sums


def _count(sums: dict[Key, Sum], key: Key, amount: float) -> None:
    found = sums.setdefault(key, Sum())
    found.count += 1
    found.total += amount


def _bound(seconds: float) -> str:
    return next((f"{bound:g}" for bound in BOUNDS if seconds <= bound), "+Inf")


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
