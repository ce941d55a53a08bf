"""What a credential must allow before a view is asked at all."""

from typing import TYPE_CHECKING, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.actors import Actor
from accounts.api.authentication import Grant
from accounts.models import User
from imagehub.lib.errors import Forbidden, NotAuthenticated

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it loads this module by name


class HasScope(BasePermission):
    """Signed in, and where an API key is used, one with the view's `scope`; a view without one takes no keys."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Refuse strangers with 401 and keys of other scopes with 403."""
        if not request.user or not request.user.is_authenticated:
            raise NotAuthenticated
        grant = request.auth
        if isinstance(grant, Grant) and not grant.covers(getattr(view, "scope", None)):
            raise Forbidden
        return True


def actor(request: Request) -> Actor:
    """Return who asks; HasScope let nobody else through."""
    return cast("Actor", request.user)


def person(request: Request) -> User:
    """Return who asks; for views whose HasScope names no scope, which lets nobody through but people."""
    return cast("User", request.user)
