"""Background work of generated images."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from generated import services
from generated.models import Generated
from imagehub.lib.errors import ImageNotFound

_BATCH = 500
_PATIENCE = timedelta(minutes=5)  # in which the task of an upload itself should have come


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def optimise(pk: int) -> None:
    """Store one image in fewer bytes where that is possible."""
    services.optimise(pk)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def optimise_rest() -> None:
    """Do what tasks that were lost have left."""
    rest = Generated.objects.filter(optimised_at__isnull=True, created_at__lt=timezone.now() - _PATIENCE)
    for pk in rest.order_by("pk").values_list("pk", flat=True)[:_BATCH]:
        services.optimise(pk)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def empty_bins() -> None:
    """Remove for good what has lain in the recycle bin for longer than the retention."""
    before = timezone.now() - timedelta(days=settings.GENERATED_RETENTION_DAYS)
    while batch := list(Generated.objects.binned_before(before).values_list("public_id", flat=True)[:_BATCH]):
        for image_id in batch:
            with suppress(ImageNotFound):  # its owner was faster
                services.expire(image_id, before, by=services.RETENTION)
