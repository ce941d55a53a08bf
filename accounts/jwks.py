"""The public keys of outside issuers: fetched rarely, kept long, never trusted for more than their kind.

A set of keys is kept in this process and in the shared cache. An issuer is asked again when its set is ten
minutes old or a token names an unknown key, but never twice within a minute, whichever thread or process
wants it. When it does not answer, the keys known before stay good.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from accounts.issuers import Issuer
from imagehub.lib import outbound, shared
from imagehub.lib.digests import sha256
from imagehub.lib.errors import InvalidToken

COOL_DOWN = 60  # seconds between two questions to one issuer
FRESH_FOR = 600  # seconds
KEPT_FOR = 7 * 24 * 3600  # seconds in the shared cache
ANSWER_CAP = 256 * 1024  # bytes
DEADLINE = 3.0  # seconds
MOST_KEYS = 100
SHORTEST_RSA = 2048  # bits
_KINDS = {"RS256": ("RSA", None), "ES256": ("EC", "P-256"), "EdDSA": ("OKP", "Ed25519")}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class KeySet:
    """Keys by id, each fixed to its one algorithm, and when they were fetched (seconds since the epoch)."""

    keys: Mapping[str, jwt.PyJWK]
    fetched_at: float

    def is_fresh(self) -> bool:
        """Tell whether the issuer need not be asked again yet."""
        return time.time() - self.fetched_at < FRESH_FOR


_NOTHING = KeySet({}, 0)
_sets: dict[str, KeySet] = {}
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def key(issuer: Issuer, key_id: str, algorithm: str) -> jwt.PyJWK:
    """Return the issuer's key of this id if it is one for this algorithm; InvalidToken otherwise."""
    known = _sets.get(issuer.jwks_url, _NOTHING)
    if key_id not in known.keys or not known.is_fresh():
        known = _shared(issuer, known)
    if key_id not in known.keys:
        known = _renewed(issuer, known, wait=DEADLINE)
    elif not known.is_fresh():
        # Somebody else renewing is enough; this token is checked with what is known.
        known = _renewed(issuer, known, wait=0)
    found = known.keys.get(key_id)
    if found is None or found.algorithm_name != algorithm:
        raise InvalidToken
    return found


def forget() -> None:
    """Drop what this process knows, as a restart would."""
    _sets.clear()


def _shared(issuer: Issuer, known: KeySet) -> KeySet:
    kept = shared.ask(lambda store: store.get(_name("keys", issuer)))
    if kept is None or kept[0] <= known.fetched_at:
        return known
    _sets[issuer.jwks_url] = KeySet(_usable(kept[1], issuer), kept[0])
    return _sets[issuer.jwks_url]


def _renewed(issuer: Issuer, known: KeySet, *, wait: float) -> KeySet:
    lock = _locks[issuer.jwks_url]
    if not (lock.acquire(timeout=wait) if wait else lock.acquire(blocking=False)):
        return known
    try:
        if shared.ask(lambda store: store.add(_name("asked", issuer), 1, timeout=COOL_DOWN)):
            return _fetched(issuer) or known
        # Another thread or process asked within the cool-down; its answer may have come meanwhile.
        return _shared(issuer, known)
    finally:
        lock.release()


def _fetched(issuer: Issuer) -> KeySet | None:
    try:
        reply = outbound.fetch(issuer.jwks_url, cap=ANSWER_CAP, deadline=DEADLINE)
    except outbound.Refused as refused:
        log.warning("issuer.keys_not_fetched", issuer=issuer.name, reason=refused.reason)
        return None
    keys = _usable(reply.body, issuer) if reply.status == 200 else {}  # noqa: PLR2004  # OK
    if not keys:
        log.warning("issuer.keys_not_usable", issuer=issuer.name, status=reply.status)
        return None
    found = KeySet(keys, time.time())
    _sets[issuer.jwks_url] = found
    shared.ask(lambda store: store.set(_name("keys", issuer), (found.fetched_at, reply.body), timeout=KEPT_FOR))
    return found


def _usable(body: bytes, issuer: Issuer) -> dict[str, jwt.PyJWK]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    entries = document.get("keys") if isinstance(document, dict) else None
    found: dict[str, jwt.PyJWK] = {}
    for entry in entries[:MOST_KEYS] if isinstance(entries, list) else []:
        key_id = entry.get("kid") if isinstance(entry, dict) else None
        usable = _key(entry, issuer.algorithms) if isinstance(key_id, str) else None
        if usable is not None:
            found.setdefault(str(key_id), usable)
    return found


def _key(entry: dict[str, object], algorithms: frozenset[str]) -> jwt.PyJWK | None:
    kind = (entry.get("kty"), entry.get("crv") if entry.get("kty") != "RSA" else None)
    fitting = [name for name in sorted(algorithms) if _KINDS[name] == kind]
    if not fitting or entry.get("alg", fitting[0]) != fitting[0] or entry.get("use", "sig") != "sig":
        return None
    public = {name: value for name, value in entry.items() if name in {"kty", "crv", "n", "e", "x", "y", "kid"}}
    try:
        parsed = jwt.PyJWK(public, algorithm=fitting[0])
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    is_short = isinstance(parsed.key, RSAPublicKey) and parsed.key.key_size < SHORTEST_RSA
    return None if is_short else parsed


def _name(what: str, issuer: Issuer) -> str:
    return f"jwks-{what}:{sha256(issuer.jwks_url.encode())}"
