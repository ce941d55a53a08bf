"""The news as an app."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Remembers facts in the transaction that makes them, and tells them in order."""

    name = "imagehub.events"
