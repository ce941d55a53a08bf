"""Where pictures lie and what their files are called; a caller never supplies a path."""

import re
from collections.abc import Iterator

from imagehub.lib import ids
from imagehub.lib.text import decomposed

DEFAULT_KEY = "images/default/default.png"
LONGEST_STEM = 100
_TRIES = 4  # names beside one that is taken
_IMAGE_ENDING = re.compile(r"(\.(jpe?g|png|webp|gif|avif|bmp|tiff?|svg))+$", re.IGNORECASE)


def key(owner_id: str, file_name: str) -> str:
    """Return the storage key of a user's picture."""
    return f"{folder(owner_id)}{file_name}"


def folder(owner_id: str) -> str:
    """Return the prefix under which all pictures of a user lie."""
    return f"images/users/{owner_id}/"


def fresh(owner_id: str, extension: str) -> str:
    """Return a file name that nobody can guess and nothing else has."""
    return f"{owner_id}_{ids.base62(22)}.{extension}"


def cleaned(wish: str, extension: str) -> str:
    """Return a wished name as ASCII letters, digits, `.`, `_` and `-` with the right ending; empty if none is left."""
    plain = decomposed(wish).encode("ascii", "ignore").decode()
    last = re.split(r"[/\\]", plain)[-1]
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", _IMAGE_ENDING.sub("", last))
    stem = re.sub(r"\.{2,}", ".", stem).strip("-._")[:LONGEST_STEM].rstrip("-._")
    return f"{stem}.{extension}" if stem else ""


def wished(owner_id: str, wish: str, extension: str) -> Iterator[str]:
    """Yield names for a file until one is free: the wished one, or a fresh one where nothing is left of the wish."""
    name = cleaned(wish, extension) or fresh(owner_id, extension)
    yield name
    for _ in range(_TRIES):
        yield beside(name)


def beside(file_name: str) -> str:
    """Return another name for a file whose own name is taken."""
    stem, _, extension = file_name.rpartition(".")
    return f"{stem}-{ids.base62(8)}.{extension}"
