"""Typed readers of the environment that fail loudly, naming the variable."""

import json
import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, TypeAlias

from django.core.exceptions import ImproperlyConfigured

Fit: TypeAlias = Literal["inside", "cover"]
LARGEST = 2**63 - 1  # what a database can compare with
_TRUE = {"1", "true", "yes", "on"}
_SIZE = re.compile(
    r"(?P<name>[a-z][a-z0-9-]{0,23})=(?P<width>[1-9]\d{0,3})x(?P<height>[1-9]\d{0,3})(:(?P<fit>cover|inside))?"
)
_LONGEST_SIDE = 4096  # pixels
_FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Read a string; `NAME_FILE` may name a file that holds it (a mounted secret)."""
    if path := os.environ.get(f"{name}_FILE"):
        return _content_of(path, name)
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Read on/off, true/false, yes/no or 1/0."""
    value = text(name).lower()
    if not value:
        return default
    if value in _TRUE | _FALSE:
        return value in _TRUE
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}")


def integer(name: str, default: int, *, minimum: int = 0, maximum: int = LARGEST) -> int:
    """Read a whole number from `minimum` to `maximum`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None
    if number < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {number}")
    if number > maximum:
        raise ImproperlyConfigured(f"{name} must be at most {maximum}, not {number}")
    return number


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list; empty items are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def objects(name: str) -> list[dict[str, object]]:
    """Read a JSON list of objects; absent means empty."""
    raw = text(name).strip() or "[]"
    try:
        value = json.loads(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be JSON") from None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ImproperlyConfigured(f"{name} must be a JSON list of objects")
    return value


def choice(name: str, options: set[str], default: str) -> str:
    """Read one of `options`."""
    value = text(name, default).strip() or default
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(options))}, not {value!r}")
    return value


def choices(name: str, options: set[str]) -> list[str]:
    """Read a comma-separated list of `options`; absent means none."""
    chosen = words(name)
    if not set(chosen) <= options:
        raise ImproperlyConfigured(f"{name} must name some of {', '.join(sorted(options))}, not {', '.join(chosen)!r}")
    return chosen


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Read a comma-separated list of addresses and networks; absent means none."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError:
        raise ImproperlyConfigured(f"{name} must name addresses and networks, not {text(name)!r}") from None


def places(name: str, default: str) -> list[str]:
    """Read a comma-separated list of `database.collection`."""
    found = words(name, default)
    if not all(all(word.partition(".")) for word in found):
        raise ImproperlyConfigured(f"{name} must name places like database.collection, not {text(name)!r}")
    return found


def sizes(name: str) -> dict[str, tuple[int, int, Fit]]:
    """Read a comma-separated list of `name=600x400` or `name=600x400:cover`: boxes and how pictures go into them."""
    found = [_SIZE.fullmatch(word) for word in words(name)]
    named = {size["name"]: (int(size["width"]), int(size["height"]), _fit(size)) for size in found if size}
    if len(named) != len(found) or any(max(width, height) > _LONGEST_SIDE for width, height, _fit in named.values()):
        raise ImproperlyConfigured(
            f"{name} must name each size once and in lower case, like card=600x400:cover, "
            f"with sides of at most {_LONGEST_SIDE}"
        )
    return named


def address(name: str, schemes: tuple[str, ...]) -> str:
    """Read an address of one of these kinds; absent means none. It may hold a password and is not repeated."""
    value = text(name)
    if value and not value.startswith(schemes):
        raise ImproperlyConfigured(f"{name} must begin with {' or '.join(schemes)}")
    return value


def _fit(size: re.Match[str]) -> Fit:
    return "cover" if size["fit"] == "cover" else "inside"


def _content_of(path: str, name: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}") from None
