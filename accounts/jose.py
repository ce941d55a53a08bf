"""The outer shape of a signed token, judged before any key is looked at."""

import base64
import binascii
import functools
import json
import re
from dataclasses import dataclass
from typing import NoReturn

from imagehub.lib.errors import InvalidToken

LONGEST_TOKEN = 8 * 1024  # characters
LONGEST_KEY_ID = 128  # characters
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")
_TYPES = {"jwt", "at+jwt", "application/at+jwt"}
# Each of these either brings a key of the sender's choosing or asks for rules that we don't follow.
_REFUSED = {"crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc"}
_TIMES = ("exp", "nbf", "iat")
_LATEST = 2**40  # seconds; the year 36812


@dataclass(frozen=True)
class Unverified:
    """What a token says of itself; good for choosing the key to check it with, and for nothing else."""

    algorithm: str
    key_id: str | None
    issuer: str


@functools.lru_cache(maxsize=1024)
def read(token: str) -> Unverified:
    """Return what a well-formed token claims; InvalidToken for every other string.

    Refused: more than 8 KB, duplicate names, `NaN`, times that are no whole numbers, a missing `exp` or
    `iss`, key ids that are no short strings, and headers that carry keys or critical extensions.
    """
    parts = token.split(".") if len(token) <= LONGEST_TOKEN else []
    if len(parts) != 3 or not all(_SEGMENT.fullmatch(part) for part in parts):  # noqa: PLR2004  # header, claims, signature
        raise InvalidToken
    header, claims = _object(parts[0]), _object(parts[1])
    _judge_header(header)
    _judge_claims(claims)
    return Unverified(str(header["alg"]), _key_id(header), str(claims["iss"]))


def _object(segment: str) -> dict[str, object]:
    try:
        text = base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except (ValueError, binascii.Error, RecursionError):
        raise InvalidToken from None
    if not isinstance(value, dict):
        raise InvalidToken
    return value


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _judge_header(header: dict[str, object]) -> None:
    kind = header.get("typ", "JWT")
    if _REFUSED & header.keys() or not isinstance(header.get("alg"), str):
        raise InvalidToken
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise InvalidToken


def _key_id(header: dict[str, object]) -> str | None:
    key_id = header.get("kid")
    if key_id is not None and (not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID):
        raise InvalidToken
    return key_id


def _judge_claims(claims: dict[str, object]) -> None:
    if "exp" not in claims or not isinstance(claims.get("iss"), str):
        raise InvalidToken
    for name in _TIMES:
        if name in claims and not _is_time(claims[name]):
            raise InvalidToken


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LATEST
