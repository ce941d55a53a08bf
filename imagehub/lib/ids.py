"""Public identifiers: opaque, unguessable, safe in a path."""

import re
import secrets
import string

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BASE62 = string.digits + string.ascii_letters


def base62(length: int) -> str:
    """Return `length` random characters of [0-9A-Za-z]; 22 carry 131 bits."""
    number, digits = secrets.randbelow(62**length), []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(digits)


def user_id() -> str:
    """Return a fresh public id of a local account."""
    return f"user_{base62(27)}"


def object_id() -> str:
    """Return a fresh public id of anything that is not a user."""
    return base62(22)


def is_public_id(value: str) -> bool:
    """Tell whether this could be a public id at all."""
    return PUBLIC_ID.fullmatch(value) is not None
