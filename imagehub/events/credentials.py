"""What a socket shows to be let in, and what it is then held to be. Who decides is named in the settings."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Offer:
    """One of the two ways in: a bearer token, or the key of a browser's session."""

    token: str = field(default="", repr=False)
    session_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """Somebody let in: what they may hear, until when, and how to ask whether that still holds."""

    key: str  # names the session or token family among all credentials
    holder: str  # whom the socket counts for
    audience: frozenset[str]
    expires_at: datetime
    recheck: Callable[[Collection[str]], set[str]] = field(repr=False)  # of these keys, those that still hold


def authenticate(offer: Offer) -> Credential | None:
    """Ask the authenticator of this installation; None when the offer does not hold."""
    authenticator: Callable[[Offer], Credential | None] = import_string(settings.EVENTS_AUTHENTICATOR)
    return authenticator(offer)
