"""People whom an outside issuer vouches for: its tokens, and the accounts they lead to."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import jwt
from django.db import IntegrityError

from accounts import jose, jwks
from accounts.issuers import Issuer
from accounts.models import ExternalIdentity, Plan, User
from imagehub.lib import ids, shared
from imagehub.lib.digests import sha256
from imagehub.lib.errors import InvalidToken
from imagehub.lib.transactions import write

LEEWAY = 30  # seconds that two clocks may differ
LONGEST_SUBJECT = 255  # characters
ERASURE_REMEMBERED = 24 * 3600  # seconds; longer than any access token should live


@dataclass(frozen=True)
class Claims:
    """The verified part of an outside token that means something to us."""

    issuer: str
    subject: str
    expires_at: datetime
    issued_at: int
    plan: Plan | None


def verify(token: str, seen: jose.Unverified, issuer: Issuer) -> Claims:
    """Return what an issuer says, checked with a key of that issuer alone; InvalidToken otherwise."""
    if seen.algorithm not in issuer.algorithms or seen.key_id is None:
        raise InvalidToken
    key = jwks.key(issuer, seen.key_id, seen.algorithm)
    try:
        payload = jwt.decode(
            token,
            key,
            algorithms=[seen.algorithm],
            audience=issuer.audience,
            issuer=issuer.name,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError:
        raise InvalidToken from None
    return _claims(issuer, payload)


def user_of(claims: Claims) -> User:
    """Return the active account of this issuer's subject, made on first sight, with the plan it names."""
    user = _found(claims) or _welcome(claims)
    if not user.is_active:
        raise InvalidToken
    if claims.plan is not None and claims.plan != user.plan:
        user.plan = claims.plan
        user.save(update_fields=["plan"])
    return user


def remember_erasure(issuer: str, subject: str) -> None:
    """Refuse the tokens that were given to this subject up to now, so that none revives an erased account."""
    name, now = _erasure(issuer, subject), int(time.time())
    shared.ask(lambda store: store.set(name, now, timeout=ERASURE_REMEMBERED))


def _claims(issuer: Issuer, payload: Mapping[str, object]) -> Claims:
    subject, plan = payload["sub"], payload.get("plan")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
        raise InvalidToken
    return Claims(
        issuer=issuer.name,
        subject=subject,
        expires_at=datetime.fromtimestamp(int(str(payload["exp"])), tz=UTC),
        issued_at=int(str(payload.get("iat", 0))),
        plan=Plan(plan) if plan in Plan.values else None,
    )


def _found(claims: Claims) -> User | None:
    identity = (
        ExternalIdentity.objects.select_related("user").filter(issuer=claims.issuer, subject=claims.subject).first()
    )
    return identity.user if identity else None


def _welcome(claims: Claims) -> User:
    name = _erasure(claims.issuer, claims.subject)
    if claims.issued_at <= shared.ask(lambda store: store.get(name, -1)):
        raise InvalidToken
    try:
        return _create(claims, _public_id(claims.subject))
    except IntegrityError:
        # A parallel request made the account, or took the public id a moment ago.
        return _found(claims) or _create(claims, ids.user_id())


@write
def _create(claims: Claims, public_id: str) -> User:
    # The name is never used to sign in: there is no password, and names of local accounts stay free.
    user = User(public_id=public_id, username=f"external-{ids.base62(20).lower()}", plan=claims.plan or Plan.FREE)
    user.set_unusable_password()
    user.save()
    ExternalIdentity.objects.create(user=user, issuer=claims.issuer, subject=claims.subject)
    return user


def _public_id(subject: str) -> str:
    is_free = ids.is_public_id(subject) and not User.objects.filter(public_id=subject).exists()
    return subject if is_free else ids.user_id()


def _erasure(issuer: str, subject: str) -> str:
    return f"erased:{sha256(f'{issuer} {subject}'.encode())}"
