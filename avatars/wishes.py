"""What the caller of an avatar asks for, by Libravatar's parameters; nonsense falls back to the usual."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from imagehub.images.pipeline.formats import Format
from imagehub.lib.accept import accepts

USUAL_SIZE = 80
LARGEST_SIZE = 512  # pixels
ENDINGS = {"png": Format.PNG, "jpg": Format.JPEG, "jpeg": Format.JPEG, "webp": Format.WEBP}


class Style(StrEnum):
    """What stands in for somebody who has no picture."""

    NONE = "404"
    SILHOUETTE = "mp"
    IDENTICON = "identicon"
    INITIALS = "initials"
    RETRO = "retro"
    BLANK = "blank"


_OTHER_NAMES = {"mm": Style.SILHOUETTE, "mysteryman": Style.SILHOUETTE}


@dataclass(frozen=True)
class Wish:
    """A square of `size` pixels; `style` is None where the caller left the choice to us."""

    size: int = USUAL_SIZE
    style: Style | None = None
    is_forced: bool = False  # the stand-in, although there may be a picture
    format: Format | None = None  # None: ours to choose
    takes_webp: bool = False


def read(query: Mapping[str, str], *, ending: str = "", accept: str = "") -> Wish:
    """Return what an address and an `Accept` header ask for."""
    return Wish(
        size=_size(query.get("s") or query.get("size") or ""),
        style=_style(query.get("d") or query.get("default") or ""),
        is_forced=(query.get("f") or query.get("forcedefault")) in {"y", "yes", "1", "true"},
        format=ENDINGS.get(ending),
        takes_webp=accepts(accept, Format.WEBP.content_type),
    )


def _size(text: str) -> int:
    size = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_SIZE)) else 0
    return size if 1 <= size <= LARGEST_SIZE else USUAL_SIZE


def _style(text: str) -> Style | None:
    if not text:
        return None
    name = text.lower()
    return Style(name) if name in set(Style) else _OTHER_NAMES.get(name, Style.SILHOUETTE)
