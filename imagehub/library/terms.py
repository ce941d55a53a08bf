"""Under which terms an image stands on the shelf of its owner, and which terms a question asks for."""

from collections.abc import Iterable
from enum import StrEnum

from imagehub.images.models import Image
from imagehub.lib.words import words
from imagehub.library.models import Entry
from imagehub.library.places import Shown
from imagehub.library.tints import tint_of

KIND = "library"  # of shelves
LIVE, BIN = "side:live", "side:bin"
SOURCE, FORMAT, SHAPE, TINT, ORIGIN, MONTH, ALBUM = (
    f"{kind}:" for kind in ("source", "format", "shape", "tint", "origin", "month", "album")
)
MOST_WORDS = 200  # of one image that it is found by
PANORAMA = 2.0  # times as long as high, or higher than long
SQUARE = 1.02  # up to how many times


class Shape(StrEnum):
    """How a picture's sides relate."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"
    PANORAMA = "panorama"


def shelf_of(owner_pk: int) -> str:
    """Return the name of a user's shelf."""
    return f"{KIND}:{owner_pk}"


def shape_of(width: int, height: int) -> Shape:
    """Return the shape of a picture."""
    ratio = width / height
    if ratio >= PANORAMA:
        return Shape.PANORAMA
    if 1 / SQUARE <= ratio <= SQUARE:
        return Shape.SQUARE
    return Shape.LANDSCAPE if ratio > 1 else Shape.PORTRAIT


def of(entry: Entry, image: Image, told: Shown) -> set[str]:
    """Return all terms of an entry, except those of the albums it is in."""
    return {
        BIN if entry.is_binned else LIVE,
        f"{SOURCE}{image.source}",
        f"{FORMAT}{image.content_type.removeprefix('image/')}",
        f"{SHAPE}{shape_of(image.width, image.height)}",
        f"{TINT}{tint_of(image.colour)}",
        f"{ORIGIN}{image.origin}",
        f"{MONTH}{entry.created_at:%Y-%m}",
    } | of_words(words(f"{entry.title} {told.words}")[:MOST_WORDS])


def told(kept: str) -> set[str]:
    """Return the terms that an entry remembers."""
    return set(kept.split("\n")) - {""}


def of_album(public_id: str) -> str:
    """Return the term of what is in an album."""
    return f"{ALBUM}{public_id}"


def of_words(found: Iterable[str]) -> set[str]:
    """Return the terms of words."""
    return {f"word:{word}" for word in found}
