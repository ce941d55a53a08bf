"""Addresses that prove who made them and end by themselves.

The signature covers the path and the query exactly as written, so that nothing can be changed, added,
repeated or reordered. The time of expiry is rounded up to a slot: within one slot the same thing has the
same address, and browsers can keep what they fetched.
"""

import base64
import functools
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes

from imagehub.lib.errors import LinkExpired, SignatureInvalid

LIFE = 24 * 3600  # seconds that any fresh address holds at least
SLOT = 12 * 3600  # seconds during which an address stays the same
_SALT = "imagehub.lib.signing"
_QUERY = re.compile(r"(?P<signed>exp=(?P<expiry>[1-9][0-9]{0,11})(?:&[^#]*)?)&sig=(?P<signature>[A-Za-z0-9_-]{43})")
_MARK = re.compile(r"(?:\A|&)sig=")


def next_expiry(now: float | None = None) -> int:
    """Return the end of a life that starts now, the same for everybody who asks within a slot."""
    moment = int(time.time() if now is None else now)
    return (moment // SLOT + 1) * SLOT + LIFE


def signed(path: str, parameters: Mapping[str, str] | None = None, *, expires: int | None = None) -> str:
    """Return `path` with its parameters, the time of its end (seconds since 1970) and the signature."""
    rest = f"&{urlencode(parameters)}" if parameters else ""
    query = f"exp={expires or next_expiry()}{rest}"
    return f"{path}?{query}&sig={_signature(path, query, settings.SECRET_KEY)}"


def is_signed(query: str) -> bool:
    """Tell whether an address carries a signature, whatever it is worth."""
    return _MARK.search(query) is not None


def verify(path: str, query: str) -> int:
    """Return when this address ends, or raise SignatureInvalid; LinkExpired for one that was good once."""
    parts = _QUERY.fullmatch(query)
    if parts is None or not _is_ours(path, parts["signed"], parts["signature"]):
        raise SignatureInvalid
    expiry = int(parts["expiry"])
    if expiry <= time.time():
        raise LinkExpired
    return expiry


def _is_ours(path: str, query: str, signature: str) -> bool:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(signature, _signature(path, query, secret)) for secret in secrets)


def _signature(path: str, query: str, secret: str | bytes) -> str:
    digest = hmac.digest(_key(secret), f"{path}?{query}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@functools.lru_cache(maxsize=8)
def _key(secret: str | bytes) -> bytes:
    """Derive the key of signatures alone, so that no other use of the secret meets it."""
    return hashlib.sha256(_SALT.encode() + force_bytes(secret)).digest()
