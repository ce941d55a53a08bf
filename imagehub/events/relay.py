"""Numbers committed facts, one numberer at a time, and reads them back in that order.

Whoever reads, advances first: the hub of each process that serves sockets, and the polling view. A
position is given once, after the commit of its fact, under the lock of the counter's row; so whoever
sees a position has already been able to see every smaller one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet

from imagehub.events.catalog import INTERNAL
from imagehub.events.models import Counter, Event
from imagehub.events.news import News, completed
from imagehub.lib.transactions import write

BATCH = 500
_GIVEN = "given"
_FORGOTTEN = "forgotten"


def advance() -> int:
    """Give every committed fact its number and return the last one given."""
    while Event.objects.filter(position=None).exists():
        if _number_some() < BATCH:
            break
    return last_id()


@write
def _number_some() -> int:
    counter, _ = Counter.objects.select_for_update().get_or_create(name=_GIVEN)
    facts = list(Event.objects.filter(position=None).order_by("pk").only("pk")[:BATCH])
    for fact in facts:
        counter.position += 1
        fact.position = counter.position
    Event.objects.bulk_update(facts, ["position"])
    counter.save(update_fields=["position"])
    return len(facts)


def last_id() -> int:
    """Return the last position given; 0 before the first."""
    return _value_of(_GIVEN)


def is_replayable(after: int) -> bool:
    """Tell whether everything after this position is still kept, and the position was ever given."""
    return _value_of(_FORGOTTEN) <= after <= last_id()


def after(position: int, *, limit: int) -> list[News]:
    """Return facts of every audience after a position, internal ones among them, in order and not completed."""
    return _read(Event.objects.filter(position__gt=position), limit)


def told_to(audiences: Collection[str], *, after: int, until: int, limit: int) -> Sequence[News]:
    """Return what these audiences may hear in `(after, until]`, in order and complete."""
    heard = Event.objects.filter(audience__in=audiences, position__gt=after, position__lte=until)
    return completed(_read(heard.exclude(kind__in=INTERNAL), limit))


@write
def forget_some(before: datetime) -> int:
    """Delete a batch of numbered facts older than a moment; later resumes from there are told to start anew."""
    old = Event.objects.filter(occurred_at__lt=before, position__isnull=False).order_by("occurred_at")[:BATCH]
    positions = dict(old.values_list("pk", "position"))
    if not positions:
        return 0
    counter, _ = Counter.objects.select_for_update().get_or_create(name=_FORGOTTEN)
    counter.position = max(counter.position, *(position or 0 for position in positions.values()))
    counter.save(update_fields=["position"])
    Event.objects.filter(pk__in=positions).delete()
    return len(positions)


def _value_of(name: str) -> int:
    return Counter.objects.filter(name=name).values_list("position", flat=True).first() or 0


def _read(facts: QuerySet[Event], limit: int) -> list[News]:
    columns = facts.order_by("position").values_list("position", "kind", "audience", "occurred_at", "data", "origin")
    return [News(position or 0, *rest) for position, *rest in columns[:limit]]
