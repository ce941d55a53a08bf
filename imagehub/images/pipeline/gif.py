"""GIF as a list of blocks (GIF89a): screen and frames are judged without decoding."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import PARTS, Limits
from imagehub.images.pipeline.refusals import damaged

SCREEN = 13
EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
IMAGE_HEAD = 10
_APPLICATION = 0xFF
_PACKET = b"\x21\xff\x0bXMP DataXMP"
_MAGIC = bytes([1, *range(255, -1, -1), 0])
"""Behind a packet, whose letters a reader takes for lengths of blocks: wherever it comes down, it gets to the end."""


class Block(NamedTuple):
    """A frame or an extension, and where it lies."""

    kind: int
    start: int
    end: int


def read(data: bytes, limits: Limits) -> Facts:
    """Judge the screen, then every frame's area; counting stops at the first frame too many."""
    try:
        return _read(data, limits)
    except (IndexError, struct.error):
        raise damaged() from None


def _read(data: bytes, limits: Limits) -> Facts:
    width, height = struct.unpack_from("<HH", data, 6)
    limits.admit_size(width, height)
    frames, area = 0, 0
    for kind, start, _end in blocks(data):
        if kind == IMAGE:
            wide, high = struct.unpack_from("<HH", data, start + 5)
            frames, area = frames + 1, area + wide * high
            limits.admit_frames(frames, area)
    if not frames:
        raise damaged()
    return Facts(Format.GIF, width, height, frames=frames)


def blocks(data: bytes) -> Iterator[Block]:
    """Walk frames and extensions up to the trailer; IndexError where the data end before it."""
    at = SCREEN + table(data[10])
    for _ in range(PARTS):
        if data[at] == TRAILER:
            return
        if data[at] not in {IMAGE, EXTENSION}:
            raise damaged()
        head = IMAGE_HEAD + table(data[at + 9]) + 1 if data[at] == IMAGE else 2
        block = Block(data[at], at, _after_blocks(data, at + head))
        yield block
        at = block.end
    raise damaged()


def table(flags: int) -> int:
    """Return the length in bytes of the colour table that the flags of a screen or a frame announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += length + 1
    return at + 1


def with_packet(data: bytes, packet: bytes) -> bytes:
    """Put an XMP packet in front of the frames, in place of a former one; `Refusal` for what is no GIF."""
    try:
        kept = [data[start:end] for _kind, start, end in blocks(data) if not data.startswith(_PACKET, start)]
        head = data[: SCREEN + table(data[10])]
    except IndexError:
        raise damaged() from None
    return b"".join([head, _PACKET, packet, _MAGIC, *kept, bytes([TRAILER])])


def extensions(data: bytes) -> Iterator[bytes]:
    """Yield the application extensions in front of the picture, from the application's name to the last block.

    IndexError where the data end before the picture begins.
    """
    at = SCREEN + table(data[10])
    while data[at] == EXTENSION:
        start, at = at, _after_blocks(data, at + 2)
        if data[start + 1] == _APPLICATION:
            yield data[start + 3 : at]
