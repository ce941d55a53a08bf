"""Animated WebP: the streams of every frame are kept byte for byte, all around them is written anew (RFC 9649)."""

import struct
from collections.abc import Iterator

from imagehub.images.pipeline import webp
from imagehub.images.pipeline.animated.kept import MOST_DELAY, SPARE, Frame, Kept
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.refusals import damaged
from imagehub.images.pipeline.webp import Chunk

_ANIMATED = 0x02
_FLAGS = 0x03  # whether a frame is blended, and whether it is cleared afterwards
_LOOP_BYTES = 6


def kept(data: bytes, facts: Facts, profile: bytes) -> Kept:
    """Keep canvas, loop, frames and a profile; `Refusal` for frames beyond the canvas or other than they say."""
    found = list(webp.chunks(data))
    frames = [chunk for chunk in found if chunk.kind == b"ANMF"]
    alone = [_picture(data, chunk) for chunk in frames]
    body = [_framed(data, chunk, picture, facts) for chunk, picture in zip(frames, alone, strict=True)]
    parts = [_canvas(data, facts, profile), *([webp.written(b"ICCP", profile)] if profile else []), _loop(data, found)]
    # Longer ones would make a round that no clock counts.
    delays = [min(webp.uint24(data, chunk.start + 12), MOST_DELAY) for chunk in frames]
    return Kept(webp.riff([*parts, *body]), delays, _alone(data, alone))


def _picture(data: bytes, frame: Chunk) -> list[Chunk]:
    inside = webp.chunks(data, frame.start + webp.FRAME_HEAD, frame.end)
    return [chunk for chunk in inside if chunk.kind in webp.STREAMS]


def _framed(data: bytes, frame: Chunk, picture: list[Chunk], facts: Facts) -> bytes:
    left, top, width, height = (webp.uint24(data, frame.start + 3 * place) for place in range(4))
    size = width + 1, height + 1
    if not picture or webp.size_of(data, picture[-1]) != size:
        raise damaged()
    if 2 * left + size[0] > facts.width or 2 * top + size[1] > facts.height:
        raise damaged()
    delay = min(webp.uint24(data, frame.start + 12), MOST_DELAY)
    head = data[frame.start : frame.start + 12] + delay.to_bytes(3, "little")
    streams = [webp.written(kind, data[start:end]) for kind, start, end in picture]
    return webp.written(b"ANMF", b"".join([head, bytes([data[frame.start + 15] & _FLAGS]), *streams]))


def _canvas(data: bytes, facts: Facts, profile: bytes) -> bytes:
    first = next(webp.chunks(data))
    if first.kind != b"VP8X":
        raise damaged()
    flags = data[first.start] & webp.HAS_ALPHA | _ANIMATED | webp.HAS_PROFILE * bool(profile)
    sides = (facts.width - 1).to_bytes(3, "little") + (facts.height - 1).to_bytes(3, "little")
    return webp.written(b"VP8X", struct.pack("<I", flags) + sides)


def _loop(data: bytes, found: list[Chunk]) -> bytes:
    for kind, start, end in found:
        if kind == b"ANIM" and end - start >= _LOOP_BYTES:
            return webp.written(b"ANIM", data[start : start + _LOOP_BYTES])
    raise damaged()


def _alone(data: bytes, pictures: list[list[Chunk]]) -> Iterator[Frame]:
    for picture in pictures:
        still = webp.still_of(data, picture)
        yield Frame(still, list(webp.shortened(still, SPARE)))
