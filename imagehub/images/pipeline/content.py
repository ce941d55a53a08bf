"""The digest of what a picture shows, whatever file it comes in."""

import hashlib
from collections.abc import Iterator

from PIL import Image

from imagehub.images.pipeline import colour

_STRIP = 1 << 20
"""Pixels that are brought to one form at a time."""

_WHOLLY_TRANSPARENT = [255] + [0] * 255


def digest(image: Image.Image) -> str:
    """Return SHA-256, hexadecimal, of size and eight-bit pixels, the same for all lossless ways to write them.

    Grey, palette, RGB and opaque RGBA agree, as do files that differ in metadata, profile, compression or
    in the colour of what is wholly transparent.
    """
    colours, alphas, is_opaque = hashlib.sha256(), hashlib.sha256(), True
    for strip in map(colour.plain, _strips(image)):
        if strip.mode in {"RGBA", "LA"}:
            alpha = strip.getchannel("A")
            is_opaque = is_opaque and alpha.getextrema() == (255, 255)
            strip.paste(0, mask=alpha.point(_WHOLLY_TRANSPARENT))
            alphas.update(alpha.tobytes())
        colours.update(strip.convert("RGB").tobytes())
    size = b"%dx%d" % image.size
    return hashlib.sha256(size + colours.digest() + (b"" if is_opaque else alphas.digest())).hexdigest()


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))
