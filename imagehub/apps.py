"""The project as an app: it brings the command `up` and the background application."""

from django.apps import AppConfig


class ImageHubConfig(AppConfig):
    """Makes the tasks of every process belong to our Celery application."""

    name = "imagehub"
    label = "imagehub"

    def ready(self) -> None:
        """Load the background application."""
        from imagehub import celery  # noqa: F401, PLC0415  # its tasks need a loaded app registry
