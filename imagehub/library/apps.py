"""The library as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    """Lists the images of all surfaces, and keeps those that belong to none."""

    name = "imagehub.library"
    verbose_name = _("Library")
    stores_under = ("library/",)
    erases_accounts_with = "imagehub.library.services.erase"
    counts_with = "imagehub.library.stocktaking"
    puts_away_with = "imagehub.library.sight"
