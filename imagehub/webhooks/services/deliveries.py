"""Sending again what was sent, and sending something to see whether it arrives."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.lib.errors import Conflict, NotFound
from imagehub.lib.times import told
from imagehub.lib.transactions import write
from imagehub.webhooks import fanout, policies, waking
from imagehub.webhooks.models import Delivery, Endpoint, State, end_of_tries
from imagehub.webhooks.policies import Caller

TEST = "webhook.test"
MOST_REPLAYED = 10_000  # messages at once


@write
def test(endpoint_id: str, *, by: Caller) -> Delivery:
    """Send a message that says nothing, to see whether it arrives."""
    endpoint = _open(endpoint_id, by)
    body = fanout.worded(TEST, told(timezone.now()), {"id": endpoint.public_id}, id=None, user=None)
    delivery = Delivery.objects.create(endpoint=endpoint, message_id=fanout.message_id(), kind=TEST, body=body.decode())
    waking.wake()
    return delivery


@write
def replay(endpoint_id: str, message_id: str, *, by: Caller) -> Delivery:
    """Send a message again, under its own id, with all tries before it."""
    endpoint = _open(endpoint_id, by)
    found = Delivery.objects.filter(endpoint=endpoint, message_id=message_id)
    if not found.exists():
        raise NotFound
    _send_again(found.exclude(state=State.PENDING))
    return found.get()


@write
def replay_failed(endpoint_id: str, since: datetime, *, by: Caller) -> int:
    """Send all again that has failed since a moment, oldest first; return how many there are."""
    endpoint = _open(endpoint_id, by)
    failed = Delivery.objects.filter(endpoint=endpoint, state=State.FAILED, created_at__gte=since)
    numbers = failed.order_by("pk").values_list("pk", flat=True)[:MOST_REPLAYED]
    return _send_again(Delivery.objects.filter(pk__in=list(numbers)))


def _send_again(deliveries: QuerySet[Delivery]) -> int:
    count = deliveries.update(
        state=State.PENDING, tries=0, next_at=timezone.now(), until=end_of_tries(), leased_until=None, ended_at=None
    )
    waking.wake()
    return count


def _open(endpoint_id: str, by: Caller) -> Endpoint:
    """Return one that is on, which stays so until the transaction ends."""
    found = policies.endpoint_of(by, endpoint_id)
    endpoint = Endpoint.objects.select_for_update().get(pk=found.pk)
    if endpoint.ending:
        raise Conflict(_("This webhook is switched off."))
    return endpoint
