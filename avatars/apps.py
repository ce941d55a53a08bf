"""User pictures as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AvatarsConfig(AppConfig):
    """The pictures of a user, one of them active."""

    name = "avatars"
    verbose_name = _("User pictures")
    completes_news = "avatars.news.completed"
    erases_accounts_with = "avatars.services.erase"
    stores_under = ("images/users/",)
    keeps_objects = ("images/default/default.png",)
    shows_with = "avatars.shown"
    owned_by_accounts = ("avatars.Picture",)
