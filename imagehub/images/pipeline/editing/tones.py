"""Light and colour: operations that look at one pixel at a time, fused into tables and one matrix each.

Brightness, contrast, saturation, grey and sepia are those of CSS (W3C Filter Effects Module Level 1, 9), so that a
browser's live preview shows the same; they work on the values as they are stored. Exposure and temperature are
about light, hence they work in linear light (the transfer function of IEC 61966-2-1): a stop doubles it. What is
fused is not clipped in between.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from itertools import groupby

from PIL import Image

from imagehub.images.pipeline.editing.grammar import Step

Curve = Callable[[float], float]
Rows = tuple[tuple[float, float, float], ...]

_LUMA = (0.2126, 0.7152, 0.0722)
_SEPIA: Rows = ((0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131))
_WARMTH = 0.4
"""Stops by which full temperature lifts red and lowers blue, before the lightness is kept."""

_CLIPPED = 0.005
"""The share of pixels at either end that `auto` lets go."""
_LEAST_RANGE = 16
"""Tones closer together than this are meant so."""


def toned(image: Image.Image, steps: Iterable[Step]) -> Image.Image:
    """Apply a row of colour operations to a picture in RGB or RGBA; transparency stays."""
    for is_matrix, group in groupby(steps, lambda step: step.operation in _MATRICES):
        row = list(group)
        image = _mixed(image, row) if is_matrix else _curved(image, [_CURVES[step.operation](step) for step in row])
    return image


def spread(image: Image.Image) -> Image.Image:
    """Spread the tones of a picture in RGB or RGBA over the whole range, all channels alike."""
    shown = image.getchannel("A") if image.mode == "RGBA" else None
    counts = image.convert("L").histogram(shown)
    low, high = _edge(counts), 255 - _edge(counts[::-1])
    if high - low < _LEAST_RANGE:
        return image
    stretch: Curve = lambda value: (value * 255 - low) / (high - low)  # noqa: E731  # one of three alike channels
    return _curved(image, [(stretch,) * 3])


def _edge(counts: list[int]) -> int:
    """Return the first tone that more than the clipped share of pixels reach."""
    total, seen = sum(counts), 0
    for tone, count in enumerate(counts):
        seen += count
        if seen > total * _CLIPPED:
            return tone
    return 0


def _curved(image: Image.Image, curves: list[tuple[Curve, Curve, Curve]]) -> Image.Image:
    table = [_byte(reduce(_applied, fused, value / 255)) for fused in zip(*curves, strict=True) for value in range(256)]
    return image.point(table + list(range(256)) if image.mode == "RGBA" else table)


def _applied(value: float, curve: Curve) -> float:
    return curve(value)


def _byte(value: float) -> int:
    return min(255, max(0, round(value * 255)))


def _mixed(image: Image.Image, steps: list[Step]) -> Image.Image:
    rows = reduce(_then, (_MATRICES[step.operation](step) for step in steps))
    mixed = image.convert("RGB").convert("RGB", [number for row in rows for number in (*row, 0.0)])
    if image.mode == "RGBA":
        mixed.putalpha(image.getchannel("A"))
    return mixed


def _then(first: Rows, second: Rows) -> Rows:
    columns = list(zip(*first, strict=True))
    return tuple(_row(sum(a * b for a, b in zip(row, column, strict=True)) for column in columns) for row in second)


def _row(numbers: Iterable[float]) -> tuple[float, float, float]:
    red, green, blue = numbers
    return red, green, blue


def _saturation(value: float) -> Rows:
    return tuple(
        _row(weight * (1 - value) + (value if column == row else 0) for column, weight in enumerate(_LUMA))
        for row in range(3)
    )


def _linear(value: float) -> float:
    if value < 0:
        return -_linear(-value)
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004  # the norm's


def _stored(light: float) -> float:
    if light < 0:
        return -_stored(-light)
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)  # noqa: PLR2004  # the norm's


def _lit(gain: float) -> Curve:
    return lambda value: _stored(_linear(value) * gain)


def _exposure(step: Step) -> tuple[Curve, Curve, Curve]:
    curve = _lit(2 ** step.number("stops"))
    return curve, curve, curve


def _temperature(step: Step) -> tuple[Curve, Curve, Curve]:
    lift = 2 ** (_WARMTH * step.number("value"))
    gains = (lift, 1.0, 1 / lift)
    kept = sum(weight * gain for weight, gain in zip(_LUMA, gains, strict=True))
    red, green, blue = (_lit(gain / kept) for gain in gains)
    return red, green, blue


def _brightness(step: Step) -> tuple[Curve, Curve, Curve]:
    factor = step.number("value")
    return (lambda value: value * factor,) * 3


def _contrast(step: Step) -> tuple[Curve, Curve, Curve]:
    factor = step.number("value")
    return (lambda value: (value - 0.5) * factor + 0.5,) * 3


_CURVES: dict[str, Callable[[Step], tuple[Curve, Curve, Curve]]] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "exposure": _exposure,
    "temperature": _temperature,
}
_MATRICES: dict[str, Callable[[Step], Rows]] = {
    "saturation": lambda step: _saturation(step.number("value")),
    "grayscale": lambda _: _saturation(0),
    "sepia": lambda _: _SEPIA,
}
