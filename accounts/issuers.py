"""The outside issuers whose tokens we accept, as `JWT_ISSUERS` names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})
LONGEST_NAME = 200  # characters; what the column of identities holds


@dataclass(frozen=True)
class Issuer:
    """One issuer: its exact name, whom its tokens must be meant for, and where its keys are."""

    name: str
    audience: tuple[str, ...]
    jwks_url: str
    algorithms: frozenset[str]


def named(name: str) -> Issuer | None:
    """Return the configured issuer of exactly this name."""
    for entry in settings.JWT_ISSUERS:
        if entry.get("issuer") == name:
            return parse(entry)
    return None


def parse(entry: Mapping[str, object]) -> Issuer:
    """Return the issuer that an entry describes, or raise ValueError with a sentence about what is wrong."""
    name, url = _text(entry, "issuer"), _text(entry, "jwks_url")
    if len(name) > LONGEST_NAME or name == settings.SIMPLE_JWT["ISSUER"]:
        raise ValueError(f"`issuer` must have at most {LONGEST_NAME} characters and not be our own name")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("`jwks_url` must be an http or https address")
    algorithms = frozenset(_texts(entry, "algorithms"))
    if not algorithms <= ALGORITHMS:
        raise ValueError(f"`algorithms` may name only {', '.join(sorted(ALGORITHMS))}")
    return Issuer(name, _texts(entry, "audience"), url, algorithms)


def _text(entry: Mapping[str, object], field: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not value:
        raise ValueError(f"`{field}` must be a text")
    return value


def _texts(entry: Mapping[str, object], field: str) -> tuple[str, ...]:
    value = entry.get(field)
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items or not all(isinstance(item, str) and item for item in items):
        raise ValueError(f"`{field}` must be a text or a list of texts")
    return tuple(cast("list[str]", items))
