"""The way through a link: the token, and the password where one is asked for.

Guessing is as slow as at the sign-in, for each link and from each network address. That a password was right is
kept in the session, tied to that password.
"""

from django.contrib.auth.hashers import check_password
from django.contrib.sessions.backends.base import SessionBase

from accounts import guard
from generated.models import ShareLink
from generated.services.sharing import digest_of
from imagehub.lib.digests import sha256
from imagehub.lib.errors import NotFound

_KEPT = "shared"
_MOST = 20  # links that a session remembers


def found(token: str) -> ShareLink:
    """Return the link with this token, its board and who made it; NotFound whatever the reason that there is none."""
    rows = ShareLink.objects.open().filter(digest=digest_of(token)).select_related("board__owner")
    for link in rows[:1]:
        return link
    raise NotFound


def is_unlocked(link: ShareLink, session: SessionBase) -> bool:
    """Tell whether this visitor may go on: no password is asked for, or it was given in this session."""
    return not link.password or session.get(_KEPT, {}).get(link.public_id) == _proof(link)


def unlock(link: ShareLink, password: str, *, session: SessionBase, address: str) -> bool:
    """Judge a password, and remember a right one; Throttled when too many were tried."""
    attempt = guard.admit(f"shared {link.public_id}", None, address)
    if not check_password(password, link.password):
        return False
    attempt.give_back()
    kept = {**session.get(_KEPT, {}), link.public_id: _proof(link)}
    session[_KEPT] = dict(list(kept.items())[-_MOST:])
    return True


def _proof(link: ShareLink) -> str:
    return sha256(link.password.encode())
