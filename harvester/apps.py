"""The harvester as an app."""

from django.apps import AppConfig


class HarvesterConfig(AppConfig):
    """Harvests the images that documents refer to."""

    name = "harvester"
    stores_with = "harvester.stored"
