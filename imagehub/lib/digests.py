"""The one digest by which we know bytes, and the one by which we know them without giving them away."""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes that come in pieces, hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def keyed(use: str, parts: Iterable[bytes]) -> bytes:
    """Return 32 bytes that only who knows our secret can work out; each use has digests of its own.

    Parts don't run into one another: `ab, c` and `a, bc` differ.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), digestmod=hashlib.sha256)
    for part in (use.encode(), *parts):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()
