"""A picture as 64 bits that stay nearly the same when it is re-encoded, resized, cropped a little or marked.

After pHash (C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010): a bit
for each of the lowest frequencies of a discrete cosine transform of a small grey picture. Two things differ.
A coefficient is compared with zero and not with their median, so that mirroring a picture turns just the
bits of the frequencies that are odd across: the likeness of its mirror image needs no pixels. And the
picture fades out towards its edges, so that what a crop cuts off weighs little.
"""

import math
from operator import mul

from PIL import Image

from imagehub.images.pipeline import colour

BITS = 64
DISTANCE = 8
"""Bits within which two pictures count as near; `python -m tests.benchmarks likeness` says what that finds."""

SIDE = 24
"""Pixels of the grey picture across and down."""

_HIGHEST = 8
_EDGE = 0.15
"""The part of a side over which the picture fades out."""

_FAINT = 0.05
"""Grey levels below which the sign of a coefficient is a matter of the encoder's rounding."""

_FEWEST = 40
"""Coefficients that must be stronger; gradients, flat areas and what is fully symmetric have up to half of 64."""

_NEAREST = 1024
"""Samples across and down of a picture that can't be averaged cheaply as it is: with alpha, palette, 16 bits."""

_ALL = (1 << BITS) - 1
_AVERAGED = {"L", "RGB"}


def _wave(halves: int) -> list[float]:
    """Return so many half waves, faded out to both sides, for the weighted mean of a line of pixels."""
    centres = [(x + 0.5) / SIDE for x in range(SIDE)]
    return [math.cos(math.pi * halves * at) * min(1, at / _EDGE, (1 - at) / _EDGE) / SIDE for at in centres]


_WAVES = [_wave(halves) for halves in range(_HIGHEST + 1)]
_FLAT = [sum(wave) for wave in _WAVES]
_FREQUENCIES = [(u, v) for v in range(_HIGHEST) for u in range(_HIGHEST) if u or v] + [(_HIGHEST, 0)]
"""Half waves across and down, one for each bit."""


def signed(bits: int) -> int:
    """Return 64 bits as the number that databases store them as."""
    return bits - (1 << BITS) if bits >> BITS - 1 else bits


_ODD_ACROSS = signed(sum(u % 2 << bit for bit, (u, _) in enumerate(_FREQUENCIES)))


def likeness(sample: Image.Image, size: tuple[int, int]) -> int | None:
    """Return the likeness as a signed number; None for a picture too plain to be told from others.

    `sample` is the picture, `size` pixels large, or what a decoder made of it at a half, a quarter or an
    eighth of that. Transparent parts lie on white.
    """
    strengths = _strengths(_grey(sample, size))
    if sum(abs(strength) >= _FAINT for strength in strengths) < _FEWEST:
        return None
    return signed(sum((strength > 0) << bit for bit, strength in enumerate(strengths)))


def mirrored(likeness: int) -> int:
    """Return the likeness of the picture mirrored left to right."""
    return likeness ^ _ODD_ACROSS


def distance(one: int, other: int) -> int:
    """Count the bits in which two likenesses differ, 0-64."""
    return ((one ^ other) & _ALL).bit_count()


def _grey(sample: Image.Image, size: tuple[int, int]) -> bytes:
    """Average a picture to SIDE x SIDE grey pixels."""
    scale = round(size[0] / sample.width)
    part = (0.0, 0.0, size[0] / scale, size[1] / scale)
    if sample.mode not in _AVERAGED or "transparency" in sample.info:
        across, down = min(_NEAREST, sample.width), min(_NEAREST, sample.height)
        sample = colour.plain(sample.resize((across, down), Image.Resampling.NEAREST, box=part))
        part = (0.0, 0.0, across, down)
    small = sample.resize((SIDE, SIDE), Image.Resampling.HAMMING, box=part, reducing_gap=4.0)
    return colour.on_white(small).convert("L").tobytes()


def _strengths(grey: bytes) -> list[float]:
    """Return the coefficients in grey levels; the mean of the picture has no part in them."""
    mean = sum(grey) / len(grey)
    rows = [grey[start : start + SIDE] for start in range(0, len(grey), SIDE)]
    across = [
        [sum(map(mul, row, wave)) - mean * flat for row in rows] for wave, flat in zip(_WAVES, _FLAT, strict=True)
    ]
    return [sum(map(mul, across[u], _WAVES[v])) for u, v in _FREQUENCIES]
