"""Background work of accounts."""

from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts.models import TokenFamily
from imagehub.lib import forgetting


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # celery is untyped
def forget() -> None:
    """Drop what has expired: token families, used-up refresh tokens and browser sessions."""
    now = timezone.now()
    forgetting.forget(TokenFamily.objects.filter(expires_at__lt=now).order_by("expires_at"))
    forgetting.forget(OutstandingToken.objects.filter(expires_at__lt=now).order_by("expires_at"))
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
