"""Our own tokens: pairs of access and refresh token that belong to one family, which is one sign-in.

A refresh token works once. One that had been used up before it arrived is a copy in the wrong hands or
looks like it, so its whole family ends. Two that arrive together are a client that asked twice: the first
to lock the family wins, the other is refused, and the family goes on.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken, UntypedToken

from accounts import jose
from accounts.models import TokenFamily, User
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.lib.errors import InvalidToken
from imagehub.lib.prepared import Prepared
from imagehub.lib.transactions import write

FAMILY = "fam"


@dataclass(frozen=True)
class Pair:
    """What a client holds after signing in."""

    access: str
    refresh: str


@dataclass(frozen=True)
class Claims:
    """The verified content of one of our tokens."""

    kind: str
    subject: str
    family: str
    token_id: str
    expires_at: datetime


@write
def issue(user: User) -> Pair:
    """Begin a family for somebody who proved who they are."""
    family = TokenFamily.objects.create(user=user, expires_at=_end_of_refresh())
    return _pair(user, family)


def rotate(refresh: str) -> Pair:
    """Trade a refresh token for a new pair; of any number of parallel trades exactly one succeeds."""
    claims = read(refresh, kind="refresh")
    if _is_spent(claims):
        _end(TokenFamily.objects.filter(public_id=claims.family))
        raise InvalidToken
    return _rotated(claims)


def revoke(refresh: str) -> None:
    """End the family of a refresh token, and with it every token that came of that sign-in."""
    _end(TokenFamily.objects.filter(public_id=read(refresh, kind="refresh").family))


def revoke_all(user: User) -> None:
    """End every sign-in by token of an account."""
    _end(TokenFamily.objects.filter(user=user))


def access(token: str) -> tuple[Claims, User]:
    """Return an access token's content and its active holder, whose family is live, in one query."""
    claims = read(token, kind="access")
    return claims, _holder(claims)


def verify(token: str) -> None:
    """Refuse a token of ours, of either kind, that would not be accepted."""
    claims = read(token)
    _live_family(claims)
    if claims.kind == "refresh" and _is_spent(claims):
        raise InvalidToken


def read(token: str, *, kind: str | None = None) -> Claims:
    """Return the content of a token that we signed and that has not expired, and is of `kind`."""
    claims = _verified(token, api_settings.SIGNING_KEY)
    if timezone.now() >= claims.expires_at + timedelta(seconds=api_settings.LEEWAY):
        raise InvalidToken
    if kind is not None and claims.kind != kind:
        raise InvalidToken
    return claims


@functools.lru_cache(maxsize=4096)
def _verified(token: str, key: str) -> Claims:  # noqa: ARG001  # another key is another answer
    """Check shape and signature once for each token that is good; of these only the time can change."""
    jose.read(token)
    try:
        return _claims(UntypedToken(token).payload)  # type: ignore[arg-type]  # its annotation is wrong
    except TokenError:
        raise InvalidToken from None


def _claims(payload: Mapping[str, object]) -> Claims:
    try:
        kind, subject, family, token_id = (payload[name] for name in ("token_type", "sub", FAMILY, "jti"))
    except KeyError:
        raise InvalidToken from None
    expires_at = datetime.fromtimestamp(int(str(payload["exp"])), tz=UTC)
    return Claims(str(kind), str(subject), str(family), str(token_id), expires_at)


def _live_family(claims: Claims) -> TokenFamily:
    family = (
        TokenFamily.objects.select_related("user")
        .filter(public_id=claims.family, revoked_at=None, user__public_id=claims.subject, user__is_active=True)
        .first()
    )
    if family is None:
        raise InvalidToken
    return family


_COLUMNS = [field.attname for field in User._meta.concrete_fields]  # noqa: SLF001  # the documented Meta API
_live_holder = Prepared(
    lambda: (
        TokenFamily.objects.filter(public_id="family", revoked_at=None)
        .filter(user__public_id="subject", user__is_active=True)
        .values_list(*(f"user__{name}" for name in _COLUMNS))
    )
)


def _holder(claims: Claims) -> User:
    for row in _live_holder.rows(claims.family, claims.subject):
        return User.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)
    raise InvalidToken


def _is_spent(claims: Claims) -> bool:
    return BlacklistedToken.objects.filter(token__jti=claims.token_id).exists()


@write
def _rotated(claims: Claims) -> Pair:
    TokenFamily.objects.select_for_update().filter(public_id=claims.family).first()
    family = _live_family(claims)
    if _is_spent(claims):
        raise InvalidToken
    _spend(claims, family.user)
    family.expires_at = _end_of_refresh()
    family.save(update_fields=["expires_at"])
    return _pair(family.user, family)


def _spend(claims: Claims, user: User) -> None:
    # The token itself is not kept: its id is all that a later comparison needs.
    row = OutstandingToken.objects.create(
        user=user, jti=claims.token_id, token="", created_at=timezone.now(), expires_at=claims.expires_at
    )
    BlacklistedToken.objects.create(token=row)


def _pair(user: User, family: TokenFamily) -> Pair:
    token = RefreshToken()
    token["sub"] = user.public_id
    token[FAMILY] = family.public_id
    return Pair(access=str(token.access_token), refresh=str(token))


@write
def _end(families: QuerySet[TokenFamily]) -> None:
    live = list(families.filter(revoked_at=None).select_related("user"))
    TokenFamily.objects.filter(pk__in=[family.pk for family in live]).update(revoked_at=timezone.now())
    for user in {family.user for family in live}:
        outbox.record(Kind.ACCESS_ENDED, audience=audience.user(user), data={})


def _end_of_refresh() -> datetime:
    return timezone.now() + api_settings.REFRESH_TOKEN_LIFETIME  # type: ignore[no-any-return]  # simplejwt is untyped
