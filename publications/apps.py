"""Publications as an app."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """Listings and their photos, as many as the plan of their owner allows."""

    name = "publications"
    erases_accounts_with = "publications.services.publications.erase"
    stores_under = ("images_",)
    owned_by_accounts = ("publications.Publication",)
