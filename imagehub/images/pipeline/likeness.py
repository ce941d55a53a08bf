"""A picture as 64 bits that stay nearly the same when it is re-encoded, resized, cropped a little or marked.

After pHash (C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010): the
signs of the lowest frequencies of a discrete cosine transform of a small grey picture. Unlike there a
coefficient is compared with zero and not with their median, so that mirroring a picture turns just the
bits of the frequencies that are odd across: the likeness of a mirrored picture needs no pixels.
"""

import math
from operator import mul

from PIL import Image

from imagehub.images.pipeline import colour

BITS = 64
SIDE = 32
"""Pixels of the grey picture across and down."""

_HIGHEST = 8
_SPAN = range(_HIGHEST + 1)
_WAVES = [[math.cos(math.pi * u * (2 * x + 1) / (2 * SIDE)) for x in range(SIDE)] for u in _SPAN]
_FREQUENCIES = [(u, v) for v in range(1, _HIGHEST + 1) for u in range(1, _HIGHEST + 1)]
_FAINTEST = 0.5
_FEWEST = 24


def likeness(sample: Image.Image) -> int | None:
    """Return the likeness as a signed 64-bit number; None for a picture too plain to be told from others."""
    waves = _transformed(_grey(sample))
    strengths = [waves[v][u] for u, v in _FREQUENCIES]
    if sum(abs(strength) >= _FAINTEST for strength in strengths) < _FEWEST:
        return None
    return signed(sum((strength > 0) << bit for bit, strength in enumerate(strengths)))


def signed(bits: int) -> int:
    """Return 64 bits as the number that a database stores them as."""
    return bits - (1 << BITS) if bits >> BITS - 1 else bits


def mirrored(likeness: int) -> int:
    """Return the likeness of the same picture mirrored left to right."""
    return likeness ^ _ODD_ACROSS


def distance(one: int, other: int) -> int:
    """Count the bits in which two likenesses differ, 0-64."""
    return ((one ^ other) & _ALL).bit_count()


_ALL = (1 << BITS) - 1
_ODD_ACROSS = signed(sum((u % 2) << bit for bit, (u, _) in enumerate(_FREQUENCIES)))


def _grey(sample: Image.Image) -> list[list[int]]:
    opaque = colour.on_white(colour.plain(sample)).convert("L")
    small = opaque.resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()
    return [list(small[start : start + SIDE]) for start in range(0, SIDE * SIDE, SIDE)]


def _transformed(rows: list[list[int]]) -> list[list[float]]:
    """Return the lowest frequencies, down first and across second, in grey levels."""
    across = [[sum(map(mul, row, wave)) / SIDE for row in rows] for wave in _WAVES]
    return [[sum(map(mul, column, wave)) / SIDE for column in across] for wave in _WAVES]
