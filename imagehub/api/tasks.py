"""What the API glue does in the background."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from imagehub.api.models import Answer
from imagehub.lib import forgetting

KEPT = timedelta(hours=24)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]  # celery is untyped
def forget() -> None:
    """Drop the kept answers that nobody may ask for again."""
    forgetting.forget(Answer.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at"))
