"""The harvester as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HarvesterConfig(AppConfig):
    """Harvests the images that documents refer to."""

    name = "harvester"
    verbose_name = _("Harvester")
    stores_with = "harvester.stored"
