"""Questions about accounts."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User
from imagehub.lib import ids
from imagehub.lib.errors import UserNotFound


def by_public_id(public_id: str) -> User:
    """Return the account with this public id; anything that could not be one is simply not there."""
    user = User.objects.filter(public_id=public_id).first() if ids.is_public_id(public_id) else None
    if user is None:
        raise UserNotFound
    return user


def signed_in(request: HttpRequest) -> User:
    """Return who asks for a page that lets in nobody without an account."""
    return cast("User", request.user)


def by_login(login: str) -> User | None:
    """Return the account that goes by this user name or e-mail address, in any case."""
    name = login.strip().lower()
    # A user name never contains "@", so the two kinds of name cannot meet.
    return User.objects.filter(**{"email" if "@" in name else "username": name}).first()
