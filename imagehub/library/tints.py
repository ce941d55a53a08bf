"""The name that a picture's mean colour goes by, so that pictures can be looked for by it.

Judged in Oklab (B. Ottosson, "A perceptual color space for image processing", 2020): lightness, chroma and hue
agree there with what people see. The borders are ours, drawn half-way between the colours that CSS has names
for; mean colours are duller than those, so little chroma suffices to count as a colour.
"""

from enum import StrEnum
from math import atan2, degrees, hypot
from typing import NamedTuple


class Tint(StrEnum):
    """Names of colours, in the order of a rainbow and then without colour."""

    RED = "red"
    ORANGE = "orange"
    BROWN = "brown"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"
    WHITE = "white"
    GREY = "grey"
    BLACK = "black"


class Seen(NamedTuple):
    """A colour in Oklab's polar form."""

    lightness: float  # 0 to 1
    chroma: float  # 0 to about 0.32
    hue: float  # degrees, 0 to 360


COLOURLESS = 0.03  # chroma below which a colour has no name of its own
DARKEST = 0.22  # lightness below which everything is black
BRIGHTEST = 0.92  # lightness above which what is colourless is white
_BROWN = 0.62  # lightness below which orange is brown
_PINK = 0.68  # lightness above which red is pink
# Each hue up to these degrees, beginning at 0.
_HUES = (
    (14.0, Tint.PINK),
    (42.0, Tint.RED),
    (82.0, Tint.ORANGE),
    (118.0, Tint.YELLOW),
    (165.0, Tint.GREEN),
    (215.0, Tint.TEAL),
    (283.0, Tint.BLUE),
    (338.0, Tint.PURPLE),
    (360.0, Tint.PINK),
)


def tint_of(colour: str) -> Tint:
    """Return the name of a colour such as `#4682b4`."""
    seen = seen_as(colour)
    if seen.lightness < DARKEST:
        return Tint.BLACK
    if seen.chroma < COLOURLESS:
        return Tint.WHITE if seen.lightness > BRIGHTEST else Tint.GREY
    named = next(tint for end, tint in _HUES if seen.hue <= end)
    if named is Tint.ORANGE and seen.lightness < _BROWN:
        return Tint.BROWN
    return Tint.PINK if named is Tint.RED and seen.lightness > _PINK else named


def seen_as(colour: str) -> Seen:
    """Return a colour such as `#4682b4` as Oklab has it."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    to_red = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    to_yellow = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return Seen(lightness, hypot(to_red, to_yellow), degrees(atan2(to_yellow, to_red)) % 360)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # the norm's
