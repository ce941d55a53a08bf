"""GIF as a list of blocks (GIF89a): screen and frames are judged without decoding."""

import struct
from collections.abc import Iterator

from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.refusals import damaged

_SCREEN = 13
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_IMAGE_HEAD = 10
_APPLICATION = 0xFF


def read(data: bytes, limits: Limits) -> Facts:
    """Judge the screen, then every frame's area; counting stops at the first frame too many."""
    try:
        return _read(data, limits)
    except (IndexError, struct.error):
        raise damaged() from None


def _read(data: bytes, limits: Limits) -> Facts:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    limits.admit_size(width, height)
    at, frames, area = _SCREEN + _table(flags), 0, 0
    while data[at] != _TRAILER:
        if data[at] == _IMAGE:
            wide, high, flags = struct.unpack_from("<HHB", data, at + 5)
            frames, area = frames + 1, area + wide * high
            limits.admit_frames(frames, area)
            at += _IMAGE_HEAD + _table(flags) + 1
        elif data[at] == _EXTENSION:
            at += 2
        else:
            raise damaged()
        at = _after_blocks(data, at)
    if not frames:
        raise damaged()
    return Facts(Format.GIF, width, height, frames=frames)


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += length + 1
    return at + 1


def extensions(data: bytes) -> Iterator[bytes]:
    """Yield the application extensions in front of the picture, from the application's name to the last block.

    IndexError where the data end before the picture begins.
    """
    at = _SCREEN + _table(data[10])
    while data[at] == _EXTENSION:
        start, at = at, _after_blocks(data, at + 2)
        if data[start + 1] == _APPLICATION:
            yield data[start + 3 : at]
