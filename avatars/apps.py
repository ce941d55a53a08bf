"""User pictures as an app."""

from django.apps import AppConfig


class AvatarsConfig(AppConfig):
    """The pictures of a user, one of them active."""

    name = "avatars"
    completes_news = "avatars.news.completed"
    erases_accounts_with = "avatars.services.erase"
    stores_under = ("images/users/",)
    keeps_objects = ("images/default/default.png",)
    owned_by_accounts = ("avatars.Picture",)
