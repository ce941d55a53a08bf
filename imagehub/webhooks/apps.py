"""Webhooks as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """Tells other services what happens here, until they have heard it."""

    name = "imagehub.webhooks"
    verbose_name = _("Webhooks")
    erases_accounts_with = "imagehub.webhooks.services.erase"
    owned_by_accounts = ("webhooks.Endpoint",)

    def ready(self) -> None:
        """Let a fact wake whoever delivers."""
        from imagehub.events import bell  # noqa: PLC0415  # apps are not ready before
        from imagehub.webhooks import waking  # noqa: PLC0415  # likewise

        bell.always_heard_by(waking.wake)
