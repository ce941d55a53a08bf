"""Webhooks in the background."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from imagehub.lib import forgetting
from imagehub.webhooks import fanout, seats, sending
from imagehub.webhooks.models import Delivery

KEPT = timedelta(days=30)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
def deliver() -> None:
    """Send what is due, unless enough others do; any number of these may run side by side, and be killed."""
    fanout.fan_out()
    ends_at = time.monotonic() + sending.ROUND
    # Twice: somebody with news may have found no seat when we had done and not left it.
    for _ in range(2):
        with seats.taken() as is_ours:
            if is_ours:
                sending.send_some(ends_at - time.monotonic())


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def forget() -> None:
    """Drop what was sent, or given up, a month ago."""
    forgetting.forget(Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at"))
