"""Pictures for people who have none, drawn by us: the same seed gives the same pixels."""

import hashlib
import io
import math
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from imagehub.lib.text import decomposed

Colour = tuple[int, int, int]
_WHITE: Colour = (255, 255, 255)
_OPTIONS: dict[str, dict[str, Any]] = {
    "png": {"optimize": True},
    "webp": {"lossless": True, "method": 2},
    "jpeg": {"quality": 90},
}
_SCALE = 4  # drawn this much larger and reduced, which smooths the edges
_SMALLEST = 256  # glyphs hinted for a handful of pixels look crooked; they are reduced from here


def initials(seed: str, name: str, size: int) -> Image.Image:
    """Return up to two initials of a name in white on the seed's colour; a silhouette when we can't write them."""
    letters = initials_of(name)
    if not letters:
        return silhouette(seed, size)
    side = max(size, _SMALLEST)
    picture = Image.new("RGB", (side, side), hue_of(seed, lightness=0.52))
    font = ImageFont.load_default(side * (0.42 if len(letters) > 1 else 0.54))
    draw = ImageDraw.Draw(picture)
    # Set by the height of capitals, so that a descending Q sits on the same line as an A.
    middle = side / 2 + draw.textbbox((0, 0), "H", font=font, anchor="ls")[1] / -2
    draw.text((side / 2, middle), letters, font=font, fill=_WHITE, anchor="ms", stroke_width=side // 160)
    return _reduced(picture, size)


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word, plain capitals; empty when there are none."""
    plain = decomposed(name).encode("ascii", "ignore").decode().replace("'", "")
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


def silhouette(seed: str, size: int) -> Image.Image:
    """Return a head and shoulders in the seed's colour; the empty seed is grey."""
    side = max(size, 64) * _SCALE
    ground, figure = ((226, 225, 222), (164, 162, 158)) if not seed else (_pale(seed), hue_of(seed, lightness=0.66))
    picture = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(picture)
    _disc(draw, (0.5, 0.395), (0.17, 0.185), side, figure)
    _disc(draw, (0.5, 1.0), (0.335, 0.36), side, figure)
    return _reduced(picture, size)


def identicon(seed: str, size: int) -> Image.Image:
    """Return a pattern of 5 by 5 fields, its left half mirrored, in the seed's colour."""
    ground, figure = _pale(seed), hue_of(seed, lightness=0.58)
    grid = Image.new("RGB", (7, 7), ground)
    bits = _bits(seed, "identicon")
    for column in range(3):
        for row in range(5):
            if next(bits):
                grid.putpixel((1 + column, 1 + row), figure)
                grid.putpixel((5 - column, 1 + row), figure)
    return _enlarged(grid, size)


def retro(seed: str, size: int) -> Image.Image:
    """Return a small creature of coarse pixels on a dark ground, as old arcades had them."""
    body = hue_of(seed, lightness=0.78)
    grid = Image.new("RGB", (12, 12), hue_of(seed, lightness=0.26))
    bits = _bits(seed, "retro")
    for row, widths in enumerate(_BODY):
        for column in range(5):
            filled = column < widths[0] or (column < widths[1] and next(bits))
            _mirrored(grid, column, row, body if filled else None)
    _mirrored(grid, 1, 3 + next(bits), _WHITE)
    _mirrored(grid, 1 + next(bits), 6, hue_of(seed, lightness=0.42))
    return _enlarged(grid, size)


def blank(size: int) -> Image.Image:
    """Return nothing at all, at the asked size."""
    return Image.new("RGBA", (size, size), (255, 255, 255, 0))


def encoded(picture: Image.Image, codec: str) -> bytes:
    """Return the bytes of a drawing as `png`, `webp` or `jpeg`; a JPEG shows transparency as white."""
    buffer = io.BytesIO()
    if codec == "jpeg" and picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, (*_WHITE, 255)), picture).convert("RGB")
    picture.save(buffer, codec, **_OPTIONS[codec])
    return buffer.getvalue()


def hue_of(seed: str, *, lightness: float) -> Colour:
    """Return the seed's colour; every hue has the same perceived lightness (OKLCH, 0-1)."""
    turn = int.from_bytes(_digest(seed, "hue")[:2], "big") / 65536
    return _oklch(lightness, 0.125 if lightness < 0.8 else 0.03, turn)  # noqa: PLR2004  # pale grounds carry little chroma


# Per row: how many pixels from the middle are always body, and up to where chance decides.
_BODY = ((0, 3), (2, 4), (3, 5), (4, 5), (4, 5), (3, 5), (3, 5), (2, 5), (0, 4), (0, 4))


def _pale(seed: str) -> Colour:
    return hue_of(seed, lightness=0.94)


def _mirrored(grid: Image.Image, column: int, row: int, colour: Colour | None) -> None:
    if colour is not None:
        grid.putpixel((5 - column, row + 1), colour)
        grid.putpixel((6 + column, row + 1), colour)


def _disc(
    draw: ImageDraw.ImageDraw, centre: tuple[float, float], radii: tuple[float, float], side: int, colour: Colour
) -> None:
    (x, y), (across, down) = centre, radii
    draw.ellipse(((x - across) * side, (y - down) * side, (x + across) * side, (y + down) * side), fill=colour)


def _reduced(picture: Image.Image, size: int) -> Image.Image:
    return picture.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _enlarged(grid: Image.Image, size: int) -> Image.Image:
    whole = math.ceil(size / grid.width) * grid.width
    picture = grid.resize((whole, whole), Image.Resampling.NEAREST)
    return picture if whole == size else picture.resize((size, size), Image.Resampling.BOX)


def _digest(seed: str, use: str) -> bytes:
    return hashlib.sha256(f"{use}:{seed}".encode()).digest()


def _bits(seed: str, use: str) -> Iterator[int]:
    for byte in _digest(seed, use):
        yield from ((byte >> place) & 1 for place in range(8))


def _oklch(lightness: float, chroma: float, turn: float) -> Colour:
    """Convert by Ottosson's matrices (2020); chroma is lowered until the colour fits into sRGB."""
    while True:
        a, b = chroma * math.cos(2 * math.pi * turn), chroma * math.sin(2 * math.pi * turn)
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        linear = (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )
        if all(-0.0001 <= part <= 1.0001 for part in linear):  # noqa: PLR2004  # rounding of the matrices
            red, green, blue = (_gamma(min(max(part, 0.0), 1.0)) for part in linear)
            return red, green, blue
        chroma *= 0.95


def _gamma(linear: float) -> int:
    curved = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055  # noqa: PLR2004  # IEC 61966-2-1
    return round(255 * curved)
