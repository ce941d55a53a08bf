"""What happens to news in the background."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from imagehub.events import relay

KEPT = timedelta(days=7)


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def forget() -> None:
    """Forget facts older than a week, in batches; running twice does no harm."""
    relay.advance()
    before = timezone.now() - KEPT
    while relay.forget_some(before):
        pass
