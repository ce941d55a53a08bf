"""API keys: how one is made, recognised and found again by its digest."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.actors import Actor, Service
from accounts.models import ApiKey, User
from imagehub.lib import ids
from imagehub.lib.digests import keyed, sha256
from imagehub.lib.errors import InvalidApiKey

PREFIX = "ihk_"
HINT_LENGTH = 10
LONGEST_KEY = 256  # characters
RECORD_EVERY = timedelta(minutes=1)
SCOPES = ("pictures", "publications", "images", "harvest", "events")
OF_STAFF = frozenset({"harvest"})  # what nobody else may do, so that nobody else's key opens it
# The key of the environment is for the older harvester's clients and does nothing else.
ENVIRONMENT = Service("environment", frozenset({"harvest"}))


@dataclass(frozen=True)
class Held:
    """A key that was recognised: who acts with it, within which scopes, and which key it is."""

    actor: Actor
    scopes: frozenset[str]
    public_id: str = ""


def scopes_open_to(owner: User) -> tuple[str, ...]:
    """Return the scopes that somebody's own keys may have."""
    return tuple(scope for scope in SCOPES if owner.is_staff or scope not in OF_STAFF)


def fresh() -> str:
    """Return a new key of 238 random bits."""
    return PREFIX + ids.base62(40)


def derived(owner: str, seed: str) -> str:
    """Return the one key that this owner gets for this seed; it needs our secret and the seed to work out."""
    return f"{PREFIX}{keyed('api key', [owner.encode(), seed.encode()]).hex()}"


def digest(key: str) -> str:
    """Return what is kept of a key: its SHA-256, which needs no salt because a key can't be guessed."""
    return sha256(key.encode())


def identify(key: str) -> Held:
    """Return who acts with this key and within which scopes; InvalidApiKey for one that does not hold."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidApiKey
    offered = digest(key)
    if _is_the_environments(offered):
        return Held(ENVIRONMENT, ENVIRONMENT.scopes)
    row = ApiKey.objects.select_related("owner").filter(digest=offered).first()
    # The index may have compared in haste; this comparison takes the same time whatever the key.
    if row is None or not secrets.compare_digest(row.digest, offered) or not row.is_live():
        raise InvalidApiKey
    _record_use(row)
    scopes = frozenset(row.scopes)
    return Held(row.owner or Service(f"key-{row.public_id}", scopes), scopes, row.public_id)


def _is_the_environments(offered: str) -> bool:
    expected = settings.API_KEY
    return bool(expected) and secrets.compare_digest(digest(expected), offered)


def _record_use(row: ApiKey) -> None:
    now = timezone.now()
    if row.last_used_at is None or row.last_used_at < now - RECORD_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - RECORD_EVERY)
        ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=now)
