"""Which rendition shows an animation moving."""

from imagehub.images import making, presets
from imagehub.images.links import ORIGINAL
from imagehub.images.models import Image
from imagehub.images.pipeline.formats import Format

LIGHT = 512 * 1024
"""Bytes up to which the original itself is shown: nothing is gained by making it smaller."""

_WIDEST = 960  # pixels; wider ones take more bytes than they show


def moving(image: Image) -> str:
    """Return the name of the largest rendition that moves at a bearable cost; empty for stills and where none does."""
    if not image.is_moving:
        return ""
    widths = presets.widths(image.width, image.height)
    names = [f"{name};frames:all" for name, wide in widths.items() if wide <= _WIDEST]
    return next((name for name in reversed(names) if making.suits(name, Format.WEBP, image)), "")


def moving_or_original(image: Image) -> str:
    """Return likewise a name for somebody who may have the original; empty for stills alone."""
    if not image.is_moving:
        return ""
    return ORIGINAL if image.size <= LIGHT else moving(image) or ORIGINAL
