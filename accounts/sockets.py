"""Lets people into sockets, by access token or by the session of their browser, and asks whether that still holds."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import bearers, tokens
from accounts.models import TokenFamily, User
from imagehub.events import audience
from imagehub.events.credentials import Credential, Offer
from imagehub.lib.errors import InvalidToken


def authenticate(offer: Offer) -> Credential | None:
    """Return what the holder of a token or session may hear; None when it is not good."""
    return _by_token(offer.token) if offer.token else _by_session(offer.session_key)


def _by_token(token: str) -> Credential | None:
    try:
        bearer = bearers.identify(token)
    except InvalidToken:
        return None
    try:
        key = f"family:{tokens.read(token).family}"
    except InvalidToken:  # an outside issuer's: it ends by itself or with the account
        key = f"account:{bearer.user.pk}"
    return _credential(key, bearer.user, bearer.expires_at)


def _by_session(key: str) -> Credential | None:
    session = Session.objects.filter(pk=key, expire_date__gt=timezone.now()).first()
    user = _people([session]).get(session.pk) if session else None
    return _credential(f"session:{key}", user, session.expire_date) if session and user else None


def _credential(key: str, user: User, expires_at: datetime) -> Credential:
    return Credential(key, f"account:{user.pk}", audience.heard_by(user), expires_at, still_good)


def still_good(keys: Collection[str]) -> set[str]:
    """Return those of these credentials that have not been ended, in a handful of queries for any number."""
    by_kind: dict[str, list[str]] = {"family": [], "account": [], "session": []}
    for key in keys:
        kind, _, name = key.partition(":")
        by_kind[kind].append(name)
    return {
        *(f"family:{name}" for name in _live_families(by_kind["family"])),
        *(f"account:{name}" for name in _live_accounts(by_kind["account"])),
        *(f"session:{name}" for name in _live_sessions(by_kind["session"])),
    }


def _live_families(names: Collection[str]) -> set[str]:
    live = TokenFamily.objects.filter(public_id__in=names, revoked_at=None, user__is_active=True)
    return set(live.values_list("public_id", flat=True))


def _live_accounts(names: Collection[str]) -> set[int]:
    return set(User.objects.filter(pk__in=names, is_active=True).values_list("pk", flat=True))


def _live_sessions(names: Collection[str]) -> set[str]:
    return set(_people(Session.objects.filter(pk__in=names, expire_date__gt=timezone.now())))


def _people(sessions: Collection[Session]) -> dict[str, User]:
    """Return who is signed in with each session, as Django's own sign-in would find."""
    signed_in = {session.pk: session.get_decoded() for session in sessions}
    wanted = {facts.get(SESSION_KEY) for facts in signed_in.values() if BACKEND_SESSION_KEY in facts}
    users = {str(user.pk): user for user in User.objects.filter(Q(pk__in=wanted - {None}), is_active=True)}
    found = {key: (users.get(str(facts.get(SESSION_KEY))), facts) for key, facts in signed_in.items()}
    return {key: user for key, (user, facts) in found.items() if user and _is_theirs(facts, user)}


def _is_theirs(facts: dict[str, object], user: User) -> bool:
    """Tell whether the session began after the last change of the password."""
    return constant_time_compare(str(facts.get(HASH_SESSION_KEY, "")), user.get_session_auth_hash())
