"""The image core as an app."""

from django.apps import AppConfig


class ImagesConfig(AppConfig):
    """Judges, cleans, stores, renders and erases pictures."""

    name = "imagehub.images"
    stores_under = ("renditions/",)
