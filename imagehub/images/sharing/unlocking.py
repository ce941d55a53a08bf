"""The way through a link: the token, and the password where one is asked for.

Guessing is as slow as at the sign-in, for each link and from each network address. That a password was right is
kept in the session, tied to that password.
"""

from django.contrib.auth.hashers import check_password
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from imagehub.api import guessing
from imagehub.images.sharing.links import L, Link
from imagehub.images.sharing.terms import digest_of
from imagehub.lib.addresses import household
from imagehub.lib.digests import sha256
from imagehub.lib.errors import NotFound

_KEPT = "shared"
_MOST = 20  # links that a session remembers


def found(token: str, *, among: QuerySet[L]) -> L:
    """Return the link with this token; NotFound whatever the reason that there is none."""
    for link in among.filter(digest=digest_of(token))[:1]:
        return link
    raise NotFound


def is_unlocked(link: Link, session: SessionBase) -> bool:
    """Tell whether this visitor may go on: no password is asked for, or it was given in this session."""
    return not link.password or session.get(_KEPT, {}).get(link.public_id) == _proof(link)


def unlock(link: Link, password: str, *, session: SessionBase, address: str) -> bool:
    """Judge a password, and remember a right one; Throttled when too many were tried."""
    place = guessing.place_budget(household(address))
    tries = guessing.admit([f"shared {link.public_id}", place])
    if not check_password(password, link.password):
        return False
    tries.give_back()
    kept = {**session.get(_KEPT, {}), link.public_id: _proof(link)}
    session[_KEPT] = dict(list(kept.items())[-_MOST:])
    return True


def _proof(link: Link) -> str:
    return sha256(link.password.encode())
