"""AVIF as boxes (ISO/IEC 23008-12): the declared extents are judged without decoding."""

import struct
from collections.abc import Iterator

from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import PARTS, Limits
from imagehub.images.pipeline.refusals import damaged

_FULL_BOX = 4
"""Version and flags before the children of a full box."""
_ON_THE_WAY = {b"meta": _FULL_BOX, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0}


def read(data: bytes, limits: Limits) -> Facts:
    """Judge the largest extent and the longest sequence declared anywhere in the file."""
    sizes, frames = [], 1
    try:
        for kind, start in _boxes(data, 0, len(data)):
            if kind == b"ispe":
                sizes.append(struct.unpack_from(">II", data, start + _FULL_BOX))
            elif kind == b"stsz":
                frames = max(frames, *struct.unpack_from(">I", data, start + 8))
    except struct.error:
        raise damaged() from None
    if not sizes:
        raise damaged()
    for size in sizes:
        limits.admit_size(*size)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    limits.admit_frames(frames, frames * width * height)
    return Facts(Format.AVIF, width, height, frames=frames)


def extensions(data: bytes) -> Iterator[bytes]:
    """Yield the bodies of the `uuid` boxes on the file's top level, from the identifier on."""
    yield from (data[start:stop] for kind, start, stop in _spans(data) if kind == b"uuid")


def _spans(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    for _ in range(PARTS):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        stop = at + length if length else len(data)
        if stop < at + 8:
            return
        yield kind, at + 8, stop
        at = stop


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int]]:
    for _ in range(PARTS):
        if at + 8 > end:
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        stop = at + length if length else end
        if length == 1 or stop > end or stop < at + 8:
            raise damaged()
        yield kind, at + 8
        if kind in _ON_THE_WAY:
            yield from _boxes(data, at + 8 + _ON_THE_WAY[kind], stop)
        at = stop
    raise damaged()
