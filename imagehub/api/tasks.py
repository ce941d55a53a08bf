"""What the API glue does in the background."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from imagehub.api.models import Answer

KEPT = timedelta(hours=24)
_BATCH = 500


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]  # celery is untyped
def forget() -> None:
    """Drop the kept answers that nobody may ask for again."""
    old = Answer.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")
    while numbers := list(old.values_list("pk", flat=True)[:_BATCH]):
        Answer.objects.filter(pk__in=numbers).delete()
