"""Renditions of stored pictures."""

import io
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from PIL import Image

from imagehub.images.pipeline import colour, saliency, xmp
from imagehub.images.pipeline.decoding import decoder_boundary, opened
from imagehub.images.pipeline.formats import Format, sniff
from imagehub.images.pipeline.marking import mark_of, marked
from imagehub.images.pipeline.marks import WRITABLE, SourceType

_GAP = 2.0
"""How much larger than the target a cheap reduction may leave the picture before the fine one."""

_DECODED = 1.2
"""How much larger than the target the decoder may leave it, which reduces by powers of two and for nothing."""

_LARGE_AVIF = 200_000  # pixels

Box = tuple[float, float, float, float]
SMART: Final = "smart"
Focus = tuple[float, float] | Literal["smart"]
"""What a cut keeps: a place, as shares of width and height, or whatever people look at first."""

MIDDLE = (0.5, 0.5)


class Use(StrEnum):
    """What a picture is made for."""

    SHOWN = "shown"
    """To be sent: as few bytes as its quality allows."""
    DECODED = "decoded"
    """To make others from: quick to decode, which a progressive JPEG is not."""
    MOVING = "moving"
    """To be sent with all its frames, as `animated.rendering` makes it."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What to make: a picture within (`inside`) or exactly of (`cover`) width x height pixels.

    `inside` keeps the proportions and never enlarges; `cover` cuts around the focus and enlarges when
    the picture is too small, so that its result always has the asked size.
    """

    width: int
    height: int
    fit: Literal["inside", "cover"]
    format: Format
    quality: int = 80
    """1-100; PNG is lossless and ignores it."""
    focus: Focus = MIDDLE
    use: Use = Use.SHOWN


@dataclass(frozen=True, slots=True)
class Rendered:
    """An encoded rendition in sRGB, without any metadata but the mark of a picture that a model made."""

    data: bytes
    format: Format
    width: int
    height: int


def render(data: bytes, spec: Spec) -> Rendered:
    """Decode cleaned bytes no larger than needed, resize, convert to sRGB, encode.

    PNG, WebP and AVIF keep transparency, JPEG lies on white. A mark in the bytes is carried over, since a
    smaller picture is the same picture. Raises `Refusal` when the bytes do not decode.
    """
    form = sniff(data)
    mark = mark_of(data, form)
    with decoder_boundary():
        image = opened(data, form)
        profile = image.info.get("icc_profile") or b""
        small = resized(image, spec)
        return encoded(colour.as_srgb(small, profile), spec, mark)


def resized(image: Image.Image, spec: Spec) -> Image.Image:
    """Decode a picture no larger than needed and bring it to its size, in one of the modes of `colour.plain`."""
    size, part = _plan(image.size, spec)
    full = image.size
    scale = min((part[2] - part[0]) / size[0], (part[3] - part[1]) / size[1]) / _DECODED
    if scale > 1:
        image.draft(None, (int(full[0] / scale), int(full[1] / scale)))
    across, down = image.width / full[0], image.height / full[1]
    plain = colour.plain(image)
    if spec.focus == SMART:
        part = shifted(part, full, _found(plain, part, full))
    box = (part[0] * across, part[1] * down, part[2] * across, part[3] * down)
    return plain.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=_GAP)


def settled(image: Image.Image, spec: Spec) -> Spec:
    """Return a specification that says which place a cut keeps, found in this picture where it has to be found."""
    if spec.focus != SMART:
        return spec
    return replace(spec, focus=_found(colour.plain(image), _plan(image.size, spec)[1], image.size))


def _found(plain: Image.Image, part: Box, full: tuple[int, int]) -> tuple[float, float]:
    return saliency.focus(plain, ((part[2] - part[0]) / full[0], (part[3] - part[1]) / full[1]))


def _plan(size: tuple[int, int], spec: Spec) -> tuple[tuple[int, int], Box]:
    """Return the size of the result and the part of the picture it shows, in pixels of the original."""
    width, height = size
    if spec.fit == "inside":
        scale = min(1.0, spec.width / width, spec.height / height)
        return (max(1, round(width * scale)), max(1, round(height * scale))), (0, 0, width, height)
    scale = max(spec.width / width, spec.height / height)
    wide, high = min(width, spec.width / scale), min(height, spec.height / scale)
    focus = MIDDLE if isinstance(spec.focus, str) else spec.focus
    return (spec.width, spec.height), shifted((0, 0, wide, high), size, focus)


def shifted(part: Box, size: tuple[int, int], focus: tuple[float, float]) -> Box:
    """Move a part of a picture as near to the focus as the edges allow."""
    wide, high = part[2] - part[0], part[3] - part[1]
    left = min(max(0.0, focus[0] * size[0] - wide / 2), size[0] - wide)
    top = min(max(0.0, focus[1] * size[1] - high / 2), size[1] - high)
    return left, top, left + wide, top + high


def encoded(image: Image.Image, spec: Spec, mark: SourceType | None) -> Rendered:
    """Encode a picture in sRGB in the format and quality of a specification, with the mark if there is one."""
    if spec.format is Format.JPEG:
        image = colour.on_white(image)
    image.info = {}
    target = io.BytesIO()
    image.save(target, spec.format.codec, **_options(spec, image.size), **_packet(spec, mark))
    encoded = target.getvalue()
    finished = marked(encoded, spec.format, mark) if mark and spec.format in WRITABLE else encoded
    return Rendered(finished, spec.format, image.width, image.height)


def _packet(spec: Spec, mark: SourceType | None) -> dict[str, bytes]:
    """Let the encoder of AVIF write the mark, whose boxes are not ours to move."""
    return {"xmp": xmp.packet(mark)} if mark and spec.format not in WRITABLE else {}


def _options(spec: Spec, size: tuple[int, int]) -> dict[str, object]:
    if spec.format is Format.JPEG:
        return {"quality": spec.quality, "optimize": True, "progressive": spec.use is Use.SHOWN}
    if spec.format is Format.PNG:
        return {"compress_level": 6}
    return {"quality": spec.quality, **_haste(spec.format, size)}


def _haste(form: Format, size: tuple[int, int]) -> dict[str, object]:
    """Write AVIF at speeds that take less time than WebP, for some per cent more bytes; at its own it takes tenfold."""
    if form is not Format.AVIF:
        return {}
    return {"speed": 9 if size[0] * size[1] > _LARGE_AVIF else 8}
