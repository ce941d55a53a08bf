"""Who we say that we are."""

from django.conf import settings

NAME = "ImageHub"
"""Our product token, which robots.txt and X-Robots-Tag call us by."""


def agent() -> str:
    """Return our honest name, with where to complain: HARVEST_CONTACT, or else where this installation is found."""
    contact = "".join(
        sign for sign in settings.HARVEST_CONTACT or settings.PUBLIC_URL if "!" <= sign <= "~" and sign not in "()\\"
    )
    named = f"{NAME}/{settings.VERSION}"
    return f"{named} (+{contact})" if contact else named
