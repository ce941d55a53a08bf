"""Generated images as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeneratedConfig(AppConfig):
    """Private libraries of images that an AI made."""

    name = "generated"
    verbose_name = _("Generated images")
    completes_news = "generated.news.completed"
    erases_accounts_with = "generated.services.erase"
    tells_recipes_with = "generated.leaving.told"
    counts_with = "generated.stocktaking"
    puts_away_with = "generated.sight"
    shows_with = "generated.shown"
    owned_by_accounts = ("generated.Generated",)
    # Other features have folders below `images/` too; ours are told by the names of the files.
    stores_like = {"images/": r"images/[A-Za-z0-9_-]{1,64}/\d+_generated_\d+\.png"}
