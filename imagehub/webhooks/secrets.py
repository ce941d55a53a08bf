"""The secrets of endpoints: made here, kept sealed, shown once, and what they sign.

Signatures are those of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, in base64 behind `v1,`.
"""

import base64
import hashlib
import hmac
import secrets as randomness

from cryptography.fernet import Fernet

from imagehub.lib.digests import keyed

PREFIX = "whsec_"
_BYTES = 32


def fresh() -> str:
    """Return a new secret of 256 random bits."""
    return _worded(randomness.token_bytes(_BYTES))


def derived(owner: str, seed: str) -> str:
    """Return the one secret that this owner gets for this seed; it needs our own secret to work out."""
    return _worded(keyed("webhook secret", [owner.encode(), seed.encode()]))


def sealed(secret: str) -> str:
    """Return a secret in a form that says nothing to whoever reads the database alone."""
    return _fernet().encrypt(secret.encode()).decode()


def opened(sealed_secret: str) -> str:
    """Return the secret; cryptography's InvalidToken when SECRET_KEY is another by now."""
    return _fernet().decrypt(sealed_secret.encode()).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return what the header `webhook-signature` says for one secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def _worded(key: bytes) -> str:
    return PREFIX + base64.b64encode(key).decode()


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(keyed("webhook secrets", [])))
