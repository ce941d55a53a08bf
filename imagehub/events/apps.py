"""The news as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Remembers facts in the transaction that makes them, and tells them in order."""

    name = "imagehub.events"
    verbose_name = _("News")
