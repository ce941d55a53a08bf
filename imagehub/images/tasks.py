"""Background work of the image core."""

from celery import shared_task

from imagehub.images import cache, reaper


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def reap() -> None:
    """Remove the objects whose rows are gone; what the storage refuses waits for the next round."""
    reaper.sweep()


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def evict() -> None:
    """Keep all renditions together within what is allowed; twice does no harm."""
    cache.evict()
