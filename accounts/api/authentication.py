"""Who is asking, in the order tried: a bearer token, an API key, the browser's session.

A credential that is present and bad is refused even where the address is public. Two `Authorization` or two
`X-API-Key` fields are one bad credential (servers join them with a comma); the scheme `Bearer` may be
written in any case; a credential in the address is not looked at. Where several kinds are sent, the first
of the order decides and the others are ignored.
"""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import bearers, keys
from accounts.actors import Actor
from accounts.models import User
from imagehub.api.refusals import CHALLENGE
from imagehub.lib.errors import CsrfFailed, InvalidApiKey, InvalidToken

_BEARER = re.compile(r"bearer +([^\s,]+)", re.IGNORECASE)
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]+")  # visible characters without the comma


@dataclass(frozen=True)
class Grant:
    """What a credential allows: everything its holder may do, or only what the scopes of a key name."""

    scopes: frozenset[str] | None = None
    public_id: str = ""  # of the API key

    def covers(self, scope: str | None) -> bool:
        """Tell whether a view of this scope is open; one without a scope is closed to keys."""
        return self.scopes is None or scope in self.scopes


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer` with an access token of ours or of an accepted issuer."""

    def authenticate(self, request: Request) -> tuple[User, Grant] | None:
        """Return who holds the token; InvalidToken for every other use of the header."""
        header = request.META.get("HTTP_AUTHORIZATION", "").strip()
        if not header:
            return None
        offered = _BEARER.fullmatch(header)
        if offered is None:
            raise InvalidToken
        return bearers.identify(offered[1]).user, Grant()

    def authenticate_header(self, _request: Request) -> str:
        """Return what a 401 asks for."""
        return CHALLENGE


class ApiKeyAuthentication(BaseAuthentication):
    """`X-API-Key` with a key that is neither revoked nor expired."""

    def authenticate(self, request: Request) -> tuple[Actor, Grant] | None:
        """Return who holds the key; InvalidApiKey for one that does not hold."""
        key = request.META.get("HTTP_X_API_KEY", "").strip()
        if not key:
            return None
        if not _KEY.fullmatch(key):
            raise InvalidApiKey
        held = keys.identify(key)
        return held.actor, Grant(held.scopes, held.public_id)

    def authenticate_header(self, _request: Request) -> str:
        """Return what a 401 asks for."""
        return CHALLENGE


class BrowserAuthentication(BaseAuthentication):
    """The session of a signed-in browser, believed only together with the CSRF token of our pages."""

    def authenticate(self, request: Request) -> tuple[User, Grant] | None:
        """Return whose session this is; one that has ended is nobody's."""
        user = getattr(request._request, "user", None)  # noqa: SLF001  # where Django's middleware puts it
        if not isinstance(user, User) or not user.is_active:
            return None
        _require_csrf_token(request)
        return user, Grant()


class _CsrfCheck(CsrfViewMiddleware):
    """Django's own check, which tells the reason instead of answering with a page."""

    def _reject(self, _request: HttpRequest, reason: str) -> str:
        return reason


def _require_csrf_token(request: Request) -> None:
    check = _CsrfCheck(_nothing)
    check.process_request(request._request)  # noqa: SLF001  # the middleware knows only Django's requests
    if check.process_view(request._request, _nothing, (), {}):  # noqa: SLF001  # likewise
        raise CsrfFailed


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
