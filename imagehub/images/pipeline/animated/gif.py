"""Animated GIF: tables and compressed pixels are kept byte for byte, all around them is written anew (GIF89a)."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from imagehub.images.pipeline import gif
from imagehub.images.pipeline.animated.kept import SPARE, Frame, Kept
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.refusals import damaged

_HEAD = b"GIF89a"
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPING = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_KEEP, CLEAR, RESTORE = 1, 2, 3
_DISPOSALS = {CLEAR: CLEAR, RESTORE: RESTORE, 4: RESTORE}
"""What becomes of a frame when its time is over; 4 is how some write 3, and no word means that it stays."""

_CENTISECOND = 10
_BLOCK = 255


class _Part(NamedTuple):
    """A frame's descriptor with its table, and its compressed pixels from the size of their codes on."""

    control: bytes
    start: int
    table_end: int
    end: int


def kept(data: bytes, facts: Facts, _profile: bytes) -> Kept:
    """Drop comments, texts and applications' blocks but the loop; `Refusal` for frames beyond the canvas."""
    parts = list(_parts(data, facts))
    body = [part.control + data[part.start : part.end] for part in parts]
    head = _HEAD + data[6:12] + b"\0" + data[gif.SCREEN : gif.SCREEN + gif.table(data[10])]
    whole = b"".join([head, _loop(data), *body, bytes([gif.TRAILER])])
    return Kept(whole, list(map(_delay, parts)), (_alone(data, part) for part in parts))


class Layer(NamedTuple):
    """A frame as it is laid on those before it."""

    still: bytes
    place: tuple[int, int]
    delay: int
    disposal: int


def layers(data: bytes, facts: Facts) -> Iterator[Layer]:
    """Yield the frames of what `kept` has written."""
    for part in _parts(data, facts):
        left, top = struct.unpack_from("<HH", data, part.start + 1)
        yield Layer(_alone(data, part).still, (left, top), _delay(part), part.control[3] >> 2 & 7)


def _parts(data: bytes, facts: Facts) -> Iterator[_Part]:
    control = _controlled(b"")
    for kind, start, end in gif.blocks(data):
        if kind == gif.IMAGE:
            yield _part(data, control, start, end, facts)
            control = _controlled(b"")
        elif data[start + 1] == _CONTROL:
            control = _controlled(data[start + 2 : end])


def _delay(part: _Part) -> int:
    return _CENTISECOND * int.from_bytes(part.control[4:6], "little")


def _part(data: bytes, control: bytes, start: int, end: int, facts: Facts) -> _Part:
    left, top, width, height, flags = struct.unpack_from("<HHHHB", data, start + 1)
    if not (width and height) or left + width > facts.width or top + height > facts.height:
        raise damaged()
    return _Part(control, start, start + gif.IMAGE_HEAD + gif.table(flags), end)


def _controlled(body: bytes) -> bytes:
    """Write how a frame is shown; every frame says so, because decoders disagree on those that don't."""
    flags, delay, colour = struct.unpack("<BHB", body[1:5]) if body[:1] == b"\4" and len(body) > 4 else (0, 0, 0)  # noqa: PLR2004  # the length of the block
    disposal = _DISPOSALS.get(flags >> 2 & 7, _KEEP)
    is_keyed = flags & 1
    return struct.pack("<BBBBHBB", 0x21, _CONTROL, 4, disposal << 2 | is_keyed, delay, colour * is_keyed, 0)


def _loop(data: bytes) -> bytes:
    """Write how often the animation is played, if it says so."""
    for kind, start, end in gif.blocks(data):
        is_looping = kind != gif.IMAGE and data[start + 1] == _APPLICATION and data[start + 3 : start + 14] in _LOOPING
        if is_looping and data[start + 14 : start + 16] == b"\3\1" and end >= start + 19:
            return b"\x21\xff\x0b" + _LOOPING[0] + b"\3\1" + data[start + 16 : start + 18] + b"\0"
    return b""


def _alone(data: bytes, part: _Part) -> Frame:
    codes, pixels = data[part.table_end : part.table_end + 1], _joined(data, part.table_end + 1)
    size = data[part.start + 5 : part.start + 9]
    head = _HEAD + size + data[10:11] + bytes(2) + data[gif.SCREEN : gif.SCREEN + gif.table(data[10])]
    own = part.control + b"\x2c" + bytes(4) + size + data[part.start + 9 : part.table_end] + codes
    still, shortened = (head + own + _blocked(some) + bytes([gif.TRAILER]) for some in (pixels, pixels[:-SPARE]))
    return Frame(still, [shortened])


def _joined(data: bytes, at: int) -> bytes:
    found = []
    while length := data[at]:
        found.append(data[at + 1 : at + 1 + length])
        at += 1 + length
    return b"".join(found)


def _blocked(pixels: bytes) -> bytes:
    starts = range(0, len(pixels), _BLOCK)
    return b"".join(bytes([len(pixels[at : at + _BLOCK])]) + pixels[at : at + _BLOCK] for at in starts) + b"\0"
