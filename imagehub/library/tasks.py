"""Background work of libraries."""

from datetime import timedelta
from time import monotonic

from celery import current_app, shared_task
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from imagehub.images.models import Image
from imagehub.lib import forgetting
from imagehub.library import services, shelving
from imagehub.library.models import Batch, Entry, Part

_OWNERS = 200  # libraries of one round
_KEPT = timedelta(days=30)  # that orders are remembered which are over
_TURN = 20.0  # seconds of one task, so that others come in between


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def catch_up() -> None:
    """Bring libraries up to date that nobody has looked at since, those of a round."""
    behind = Image.objects.unlisted().order_by("owner").values_list("owner", flat=True).distinct()
    for owner in get_user_model().objects.filter(pk__in=list(behind[:_OWNERS])):
        shelving.catch_up(owner)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def empty_bins() -> None:
    """Remove for good what has lain in a recycle bin for longer than the retention."""
    before = timezone.now() - timedelta(days=settings.LIBRARY_RETENTION_DAYS)
    overdue = Entry.objects.filter(binned_at__lt=before).order_by().values_list("owner", flat=True).distinct()
    for owner in get_user_model().objects.filter(pk__in=list(overdue[:_OWNERS])):
        while services.empty(owner, before):
            pass


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def edit_many(batch_pk: int) -> None:
    """Work at a batch for one turn, and ask for the next one if it is not over."""
    end = monotonic() + _TURN
    while services.step(batch_pk):
        if monotonic() > end:
            current_app.send_task("imagehub.library.tasks.edit_many", [batch_pk], retry=False)
            return


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def resume_batches() -> None:
    """Go on with batches whose worker was lost."""
    for batch_pk in services.idle().values_list("pk", flat=True)[:_OWNERS]:
        edit_many.delay(batch_pk)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def forget_batches() -> None:
    """Drop batches that were over a month ago; what they made stays."""
    before = timezone.now() - _KEPT
    # Left to the cascade, those of hundreds of batches would go at once, and there may be hundreds in each.
    forgetting.forget(Part.objects.filter(batch__finished_at__lt=before).order_by("batch__finished_at"))
    forgetting.forget(Batch.objects.filter(finished_at__lt=before).order_by("finished_at"))
