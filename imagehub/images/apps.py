"""The image core as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImagesConfig(AppConfig):
    """Judges, cleans, stores, renders and erases pictures."""

    name = "imagehub.images"
    verbose_name = _("Images")
    stores_under = ("renditions/",)
