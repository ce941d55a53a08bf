"""Accounts as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who is asking, and what they may."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Register the system checks and the ways to sign a request."""
        from accounts import checks  # noqa: F401, PLC0415  # registering needs a loaded app registry
        from accounts.api import schema  # noqa: F401, PLC0415  # likewise
