"""Publications as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    """Listings and their photos, as many as the plan of their owner allows."""

    name = "publications"
    verbose_name = _("Publications")
    erases_accounts_with = "publications.services.publications.erase"
    stores_under = ("images_",)
    shows_with = "publications.shown"
    counts_with = "publications.tallies"
    owned_by_accounts = ("publications.Publication",)
