"""Who offers a bearer token, whoever signed it: the one question that HTTP and sockets ask alike."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts import external, issuers, jose, tokens
from accounts.models import User
from imagehub.lib.errors import InvalidToken


@dataclass(frozen=True)
class Bearer:
    """A person who showed a valid access token, and until when it holds."""

    user: User
    expires_at: datetime


def identify(token: str) -> Bearer:
    """Return who holds this access token; InvalidToken unless it is good at this very moment.

    Our own tokens cost one query. Ask again with the same token to learn whether it still holds.
    """
    seen = jose.read(token)
    if seen.issuer == settings.SIMPLE_JWT["ISSUER"]:
        claims, user = tokens.access(token)
        return Bearer(user, claims.expires_at)
    issuer = issuers.named(seen.issuer)
    if issuer is None:
        raise InvalidToken
    vouched = external.verify(token, seen, issuer)
    return Bearer(external.user_of(vouched), vouched.expires_at)


def verify(token: str) -> None:
    """Refuse a token, ours of either kind or an accepted issuer's, that would not be taken."""
    if jose.read(token).issuer == settings.SIMPLE_JWT["ISSUER"]:
        tokens.verify(token)
    else:
        identify(token)
