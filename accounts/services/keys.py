"""API keys of people and of services."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import keys, policies
from accounts.actors import Actor
from accounts.models import LONGEST_KEY_NAME, ApiKey, User
from imagehub.lib.errors import Conflict, Invalid, NotFound
from imagehub.lib.transactions import write

MOST_KEYS = 50  # live ones of one account


@dataclass(frozen=True)
class KeyDraft:
    """What somebody wants a key to be; judged by the services that make it."""

    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True)
class NewKey:
    """A key that was just made; `secret` is the key itself, which can't be read again."""

    row: ApiKey
    secret: str


@write
def create_key(owner: User, wanted: KeyDraft, *, by: Actor, secret: str | None = None) -> NewKey:
    """Give an account a key (a fresh one unless named); two live ones side by side are how a key is replaced."""
    policies.require_self_or_staff(by, owner)
    _judge(wanted, keys.scopes_open_to(owner))
    User.objects.select_for_update().get(pk=owner.pk)
    if ApiKey.objects.filter(owner=owner).live().count() >= MOST_KEYS:
        raise Conflict(_("You have too many API keys. Revoke one that you don't use."))
    return _create(owner, wanted, secret or keys.fresh())


@write
def create_service_key(wanted: KeyDraft, *, by: Actor) -> NewKey:
    """Make a key that belongs to no account and acts on everybody's things within its scopes; for staff only."""
    policies.require_staff(by)
    _judge(wanted, keys.SCOPES)
    return _create(None, wanted, keys.fresh())


@write
def revoke_key(key_id: str, *, by: Actor) -> None:
    """End a key for good; another's key is not found."""
    mine = ApiKey.objects.filter(public_id=key_id, revoked_at=None)
    if not by.is_staff:
        mine = mine.filter(owner_id=by.pk, owner__isnull=False)
    if not mine.update(revoked_at=timezone.now()):
        raise NotFound


def _create(owner: User | None, wanted: KeyDraft, secret: str) -> NewKey:
    if ApiKey.objects.filter(digest=keys.digest(secret)).exists():
        raise Conflict
    row = ApiKey.objects.create(
        owner=owner,
        name=wanted.name.strip(),
        scopes=sorted(set(wanted.scopes)),
        digest=keys.digest(secret),
        hint=secret[: keys.HINT_LENGTH],
        expires_at=wanted.expires_at,
    )
    return NewKey(row, secret)


def _judge(wanted: KeyDraft, scopes: Collection[str]) -> None:
    faults: dict[str, list[str]] = {}
    if not 0 < len(wanted.name.strip()) <= LONGEST_KEY_NAME:
        faults["name"] = [str(_("Give the key a name of at most 80 characters."))]
    if not wanted.scopes or not set(wanted.scopes) <= set(scopes):
        faults["scopes"] = [str(_("Choose at least one of the scopes that exist."))]
    if wanted.expires_at is not None and wanted.expires_at <= timezone.now():
        faults["expiresAt"] = [str(_("This moment is in the past."))]
    if faults:
        raise Invalid(details=faults)
