"""The API glue as an app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What all our API surfaces share."""

    name = "imagehub.api"
