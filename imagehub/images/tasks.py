"""Background work of the image core."""

from celery import shared_task

from imagehub.images import cache, copies, reaper
from imagehub.images.models import Image


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def reap() -> None:
    """Remove the objects whose rows are gone; what the storage refuses waits for the next round."""
    reaper.sweep()


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def evict() -> None:
    """Keep all renditions together within what is allowed; twice does no harm."""
    cache.evict()


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def copy(image_id: int) -> None:
    """Make an image's working copy; one that is gone, small, or has one needs nothing."""
    image = Image.objects.filter(pk=image_id).first()
    if image:
        copies.make(image)
