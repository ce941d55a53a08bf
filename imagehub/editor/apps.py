"""The editor as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorConfig(AppConfig):
    """Makes edited copies of images, each with the recipe that gave it."""

    name = "imagehub.editor"
    verbose_name = _("Editor")
    stores_under = ("edits/",)
