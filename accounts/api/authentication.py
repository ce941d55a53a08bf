"""Who is asking: by token, by key, by session."""

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework_simplejwt.authentication import JWTAuthentication


class BearerAuthentication(JWTAuthentication):  # type: ignore[misc]  # simplejwt is untyped
    """Stands in until accounts brings its own."""


class ApiKeyAuthentication(BaseAuthentication):
    """Stands in until accounts brings its own."""

    def authenticate(self, request: object) -> None:
        """Know nobody."""


class BrowserAuthentication(SessionAuthentication):
    """The session cookie."""
