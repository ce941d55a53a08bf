"""The library as an app, so that its system checks are found."""

from django.apps import AppConfig


class LibConfig(AppConfig):
    """Loads the checks of the configuration."""

    name = "imagehub.lib"
    label = "lib"

    def ready(self) -> None:
        """Register the system checks."""
        from imagehub.lib import checks, floors  # noqa: F401, PLC0415  # registering needs a loaded app registry
        from imagehub.lib.outbound import checks as outbound_checks  # noqa: F401, PLC0415  # likewise
