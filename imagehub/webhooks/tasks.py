"""Webhooks in the background."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from imagehub.webhooks import fanout, sending
from imagehub.webhooks.models import Delivery

KEPT = timedelta(days=30)
ROUND = 20.0  # seconds after which another task goes on
_BATCH = 500


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
def deliver() -> None:
    """Send what is due; any number of these may run side by side, and be killed."""
    fanout.fan_out()
    ends_at = time.monotonic() + ROUND
    while sending.send_some() and time.monotonic() < ends_at:
        pass


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def forget() -> None:
    """Drop what was sent, or given up, a month ago."""
    old = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT)
    while numbers := list(old.order_by("created_at").values_list("pk", flat=True)[:_BATCH]):
        Delivery.objects.filter(pk__in=numbers).delete()
