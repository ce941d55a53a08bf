"""The one digest by which we know bytes."""

import hashlib
from collections.abc import Iterable


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes that come in pieces, hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
