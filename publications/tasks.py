"""Background work of publications: the look for stolen photos, and mail to owners."""

from celery import shared_task

from publications.services import resemblances, telling


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def compare(photo_id: int) -> None:
    """Look for one photo among other people's; one that is gone or was compared needs nothing."""
    resemblances.compare(photo_id)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def compare_rest() -> None:
    """Ask again for the photos that nobody compared, each by itself so that one can't stop the others."""
    for photo_id in resemblances.waiting():
        compare.delay(photo_id)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def tell(publication_id: int, seen_as: str = "") -> None:
    """Mail one owner that a publication is hidden, unless that was done or is no longer so."""
    telling.tell(publication_id, seen_as)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def tell_rest() -> None:
    """Ask again for the mails that nobody sent."""
    for publication_id in telling.waiting():
        tell.delay(publication_id)
