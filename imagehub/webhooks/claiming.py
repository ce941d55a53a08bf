"""Chooses what is sent next, so that a slow or hostile receiver takes time from nobody but its own owner.

Of the messages under way in all workers only a few are one owner's, and only some go to receivers that are not known
to answer soon, one to each. Whoever was served longest ago comes first.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from imagehub.lib.transactions import write
from imagehub.webhooks.models import Cursor, Delivery, Endpoint

LEASE = timedelta(seconds=60)
MOST = 16  # messages of a worker at once
EACH = 4  # of them an owner's, in all workers; and an endpoint's that hears of everybody
DOUBTFUL = 6  # that go to receivers which may be slow, in all workers
_NAME = "claiming"


@dataclass(frozen=True)
class Message:
    """Everything that a try needs, read before it begins."""

    delivery: int
    message_id: str
    url: str
    body: bytes
    sealed: tuple[str, ...] = field(repr=False)


def claim(places: int) -> list[Message]:
    """Take so many messages at most; nobody else sends them while our lease holds."""
    taken: list[Message] = []
    # Asked for ahead of the lock, which those who have something to send shouldn't wait for.
    while places > len(taken) and Delivery.objects.due().exists() and (more := _claimed(places - len(taken))):
        taken += more
    return taken


@write
def _claimed(places: int) -> list[Message]:
    """Take messages of some endpoints; none when it is nobody's turn."""
    Cursor.objects.locked(_NAME)
    load = _Load()
    endpoints = _next(load)
    share = -(-places // max(1, len(endpoints)))
    taken: list[Message] = []
    served: list[int] = []
    for endpoint in endpoints:
        if messages := list(_of(endpoint, min(share, places - len(taken), load.room_for(endpoint)))):
            load.add(endpoint, len(messages))
            served.append(endpoint.pk)
            taken += messages
    now = timezone.now()
    Delivery.objects.filter(pk__in=[one.delivery for one in taken]).update(leased_until=now + LEASE)
    Endpoint.objects.filter(pk__in=served).update(served_at=now)
    return taken


class _Load:
    """What is being sent at this moment, by everybody."""

    def __init__(self) -> None:
        self._holders: Counter[int] = Counter()
        self._endpoints: Counter[int] = Counter()
        self._doubtful = 0
        busy = Delivery.objects.in_hand().select_related("endpoint").defer("body")
        for delivery in busy:
            self.add(delivery.endpoint, 1)

    @property
    def is_doubted_enough(self) -> bool:
        """Whether no more may go to receivers that may be slow."""
        return self._doubtful >= DOUBTFUL

    @property
    def full(self) -> list[int]:
        """The owners that have as much under way as they may."""
        return [holder for holder, count in self._holders.items() if count >= EACH and holder > 0]

    @property
    def busy(self) -> list[int]:
        """The endpoints to which something is under way."""
        return list(self._endpoints)

    def room_for(self, endpoint: Endpoint) -> int:
        """Return how much more may go to an endpoint now."""
        room = max(0, EACH - self._holders[_holder(endpoint)])
        if endpoint.is_trusted:
            return room
        return 0 if self.is_doubted_enough or self._endpoints[endpoint.pk] else min(room, 1)

    def add(self, endpoint: Endpoint, count: int) -> None:
        """Let so much more be under way."""
        self._holders[_holder(endpoint)] += count
        self._endpoints[endpoint.pk] += count
        self._doubtful += 0 if endpoint.is_trusted else count


def _holder(endpoint: Endpoint) -> int:
    """Return whose places an endpoint takes; one that hears of everybody has its own, below nought."""
    return -endpoint.pk if endpoint.owner_id is None else int(endpoint.owner_id)


def _next(load: _Load) -> list[Endpoint]:
    """Return some endpoints whose turn it is, locked; those that another writes to just now come later."""
    awaited = Endpoint.objects.awaited().exclude(owner__in=load.full)
    open_to = awaited.trusted() if load.is_doubted_enough else awaited
    # Anybody may be full alone; these are few, and asking each for its room is cheaper than asking the database.
    numbers = open_to.values_list("pk", flat=True)[: MOST + len(load.busy)]
    skip = connection.features.has_select_for_update_skip_locked
    locked = Endpoint.objects.select_for_update(skip_locked=skip).filter(pk__in=list(numbers))
    return [one for one in locked.order_by("served_at", "pk") if load.room_for(one)][:MOST]


def _of(endpoint: Endpoint, count: int) -> Iterator[Message]:
    sealed = _secrets(endpoint)
    for one in Delivery.objects.due().filter(endpoint=endpoint).order_by("next_at", "pk")[:count]:
        yield Message(one.pk, one.message_id, endpoint.url, one.body.encode(), sealed)


def _secrets(endpoint: Endpoint) -> tuple[str, ...]:
    is_valid = endpoint.former_until is not None and endpoint.former_until > timezone.now()
    return (endpoint.secret, endpoint.former_secret) if is_valid else (endpoint.secret,)
