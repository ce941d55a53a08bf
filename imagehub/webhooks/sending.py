"""Sends what is due, a bounded number at a time, and takes note of what came of it.

Whoever sends holds a lease, not a transaction: when it is killed, another sends the same message again.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from imagehub.lib.outbound import posting
from imagehub.lib.outbound.posting import Receipt
from imagehub.lib.outbound.refusals import Refused
from imagehub.lib.transactions import write
from imagehub.webhooks import secrets
from imagehub.webhooks.models import Delivery, Endpoint, State
from imagehub.webhooks.services import outcomes
from imagehub.webhooks.services.outcomes import Answer

TIMEOUT = 15.0  # seconds for a whole exchange
LEASE = timedelta(seconds=60)
# Messages of a round, which are all sent at once, so that it ends long before its leases do; and of an endpoint.
MOST, EACH = 16, 4
AGENT = "ImageHub-Webhooks/1"
_LOST = "secret_lost"


@dataclass(frozen=True)
class Message:
    """Everything that a try needs, read before it begins."""

    delivery: int
    message_id: str
    url: str
    body: bytes
    sealed: tuple[str, ...] = field(repr=False)


def send_some() -> bool:
    """Send a round of what is due; tell whether there was anything."""
    messages = claimed()
    with ThreadPoolExecutor(MOST) as pool:
        for done in as_completed([pool.submit(_answer, message) for message in messages]):
            outcomes.take(*done.result())
    return bool(messages)


@write
def claimed() -> list[Message]:
    """Take the next messages of some endpoints; nobody else sends them while our lease holds."""
    waiting = Delivery.objects.due().values("endpoint").annotate(first=Min("next_at")).order_by("first")
    taken: list[Message] = []
    for row in waiting[:MOST]:
        taken += _of(row["endpoint"], MOST - len(taken))
    return taken


def _of(endpoint_pk: int, most: int) -> Iterator[Message]:
    now = timezone.now()
    skip = connection.features.has_select_for_update_skip_locked
    endpoint = Endpoint.objects.select_for_update(skip_locked=skip).filter(pk=endpoint_pk).first()
    if endpoint is None:  # it is gone, or another worker is here
        return
    busy = Delivery.objects.filter(endpoint=endpoint, state=State.PENDING, leased_until__gt=now).count()
    free = max(0, min(most, EACH - busy))
    chosen = list(Delivery.objects.due().filter(endpoint=endpoint).order_by("next_at", "pk")[:free])
    Delivery.objects.filter(pk__in=[one.pk for one in chosen]).update(leased_until=now + LEASE)
    for one in chosen:
        yield Message(one.pk, one.message_id, endpoint.url, one.body.encode(), _secrets(endpoint))


def _secrets(endpoint: Endpoint) -> tuple[str, ...]:
    is_valid = endpoint.former_until is not None and endpoint.former_until > timezone.now()
    return (endpoint.secret, endpoint.former_secret) if is_valid else (endpoint.secret,)


def _answer(message: Message) -> tuple[int, Answer]:
    """Ask once; touches no database."""
    began = time.monotonic()
    try:
        receipt: Receipt | None = _posted(message)
        reason = ""
    except InvalidToken:
        receipt, reason = None, _LOST
    except Refused as refusal:
        receipt, reason = None, str(refusal.reason)
    milliseconds = int((time.monotonic() - began) * 1000)
    return message.delivery, Answer(receipt, reason, milliseconds)


def _posted(message: Message) -> Receipt:
    now = int(timezone.now().timestamp())
    opened = [secrets.opened(one) for one in message.sealed]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message.message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(secrets.signature(one, message.message_id, now, message.body) for one in opened),
    }
    return posting.post(message.url, message.body, headers=headers, deadline=TIMEOUT)
