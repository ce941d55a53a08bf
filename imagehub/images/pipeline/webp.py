"""WebP as a RIFF of chunks (RFC 9649): judged and cleaned without decoding pixels."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from imagehub.images.pipeline import exif
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import PARTS, Limits
from imagehub.images.pipeline.refusals import damaged

_HEAD = 12
FRAME_HEAD = 16
_EXTENDED_BYTES = 10
HAS_PROFILE, HAS_ALPHA, _HAS_PACKET = 0x20, 0x10, 0x04
_LOSSLESS_MARK = 0x2F
STREAMS = {b"ALPH", b"VP8 ", b"VP8L"}
_KEYFRAME_MARK = b"\x9d\x01\x2a"


class Chunk(NamedTuple):
    """A chunk's type and where its body lies."""

    kind: bytes
    start: int
    end: int


class Still(NamedTuple):
    """The chunks of the first picture, and whether it covers the whole canvas."""

    chunks: list[Chunk]
    covers: bool


def chunks(data: bytes, start: int = _HEAD, end: int | None = None) -> Iterator[Chunk]:
    """Walk the chunks of the file, or of a frame between `start` and `end`; overruns are damage."""
    end = _riff_end(data) if end is None else end
    for _ in range(PARTS):
        if start == end:
            return
        if start + 8 > end:
            raise damaged()
        kind, length = struct.unpack_from("<4sI", data, start)
        stop = start + 8 + length
        if stop > end:
            raise damaged()
        yield Chunk(kind, start + 8, stop)
        start = min(stop + length % 2, end)
    raise damaged()


def _riff_end(data: bytes) -> int:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) or end < _HEAD + 8:
        raise damaged()
    return end


def read(data: bytes, limits: Limits) -> Facts:
    """Judge canvas, frames and orientation; each frame counts with its own area."""
    first = next(chunks(data))
    width, height = _canvas(data, first)
    limits.admit_size(width, height)
    frames, area, upright = 0, 0, exif.UPRIGHT
    for kind, start, end in chunks(data):
        if kind == b"ANMF":
            frames += 1
            area += _area(data, start, end)
            limits.admit_frames(frames, area)
        elif kind in {b"VP8 ", b"VP8L"}:
            limits.admit_size(*size_of(data, Chunk(kind, start, end)))
        elif kind == b"EXIF":
            upright = exif.orientation(data[start:end].removeprefix(b"Exif\0\0"))
    return Facts(Format.WEBP, width, height, frames=max(frames, 1), orientation=upright)


def _canvas(data: bytes, first: Chunk) -> tuple[int, int]:
    if first.kind != b"VP8X":
        return size_of(data, first)
    if first.end - first.start < _EXTENDED_BYTES:
        raise damaged()
    return 1 + uint24(data, first.start + 4), 1 + uint24(data, first.start + 7)


def size_of(data: bytes, chunk: Chunk) -> tuple[int, int]:
    """Read the size of a picture from its stream."""
    body = data[chunk.start : min(chunk.end, chunk.start + 10)]
    if chunk.kind == b"VP8L" and len(body) >= 5 and body[0] == _LOSSLESS_MARK:  # noqa: PLR2004  # its header
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk.kind == b"VP8 " and body[3:6] == _KEYFRAME_MARK and len(body) == 10:  # noqa: PLR2004  # its header
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise damaged()


def _area(data: bytes, start: int, end: int) -> int:
    if end - start < FRAME_HEAD:
        raise damaged()
    return (1 + uint24(data, start + 6)) * (1 + uint24(data, start + 9))


def uint24(data: bytes, at: int) -> int:
    """Read a number of three bytes."""
    return int.from_bytes(data[at : at + 3], "little")


def profile(data: bytes, limits: Limits) -> bytes:
    """Return the colour profile; empty when there is none."""
    for kind, start, end in chunks(data):
        if kind == b"ICCP":
            if end - start > limits.profile:
                raise damaged()
            return data[start:end]
    return b""


def still(data: bytes) -> Still:
    """Find the first picture of a still or an animation; its chunks are checked to be a picture's."""
    width, height = _canvas(data, next(chunks(data)))
    found, covers = list(chunks(data)), True
    for kind, start, end in found:
        if kind == b"ANMF":
            found = list(chunks(data, start + FRAME_HEAD, end))
            covers = _area(data, start, end) == width * height
            break
    return Still([chunk for chunk in found if chunk.kind in STREAMS], covers)


def strip(data: bytes, profile: bytes) -> bytes:
    """Copy the one picture's own chunks; `profile` is written anew, everything else is dropped."""
    return still_of(data, still(data).chunks, profile)


def still_of(data: bytes, picture: list[Chunk], profile: bytes = b"") -> bytes:
    """Write a still of some chunks, which have to be those of one picture."""
    kinds = [chunk.kind for chunk in picture]
    if kinds not in ([b"VP8L"], [b"VP8 "], [b"ALPH", b"VP8 "]):
        raise damaged()
    body = [written(kind, data[start:end]) for kind, start, end in picture]
    if profile or len(picture) > 1:
        body = [_extended(data, picture[-1], bool(profile), _has_alpha(data, picture)), *body]
    if profile:
        body.insert(1, written(b"ICCP", profile))
    return riff(body)


def with_packet(stripped: bytes, packet: bytes) -> bytes:
    """Put an XMP packet behind the picture of what `strip` or our encoder has written, in place of a former one."""
    found = [chunk for chunk in chunks(stripped) if chunk.kind != b"XMP "]
    body = [written(kind, stripped[start:end]) for kind, start, end in found]
    if found[0].kind != b"VP8X":
        body.insert(0, _extended(stripped, found[-1], False, _has_alpha(stripped, found)))
    body[0] = body[0][:8] + bytes([body[0][8] | _HAS_PACKET]) + body[0][9:]
    return riff([*body, written(b"XMP ", packet)])


def shortened(stripped: bytes, by: int) -> Iterator[bytes]:
    """Cut `by` bytes off the end of each compressed stream in turn, in what `strip` has written."""
    found = list(chunks(stripped))
    for cut in found:
        if cut.kind in STREAMS:
            ends = {chunk: chunk.end - by if chunk is cut else chunk.end for chunk in found}
            yield riff([written(chunk.kind, stripped[chunk.start : max(chunk.start, ends[chunk])]) for chunk in found])


def _has_alpha(data: bytes, picture: list[Chunk]) -> bool:
    if picture[0].kind == b"VP8L":
        return bool(data[picture[0].start + 4] & 0x10)
    return picture[0].kind == b"ALPH"


def _extended(data: bytes, picture: Chunk, has_profile: bool, has_alpha: bool) -> bytes:  # noqa: FBT001  # two flags of the format
    width, height = size_of(data, picture)
    flags = HAS_PROFILE * has_profile | HAS_ALPHA * has_alpha
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return written(b"VP8X", struct.pack("<I", flags) + sides)


def riff(parts: list[bytes]) -> bytes:
    """Write a file of chunks."""
    joined = b"".join([b"WEBP", *parts])
    return b"RIFF" + struct.pack("<I", len(joined)) + joined


def written(kind: bytes, body: bytes) -> bytes:
    """Write one chunk."""
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
