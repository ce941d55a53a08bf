"""PNG as a list of chunks (W3C PNG, third edition): judged and cleaned without decoding pixels."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from imagehub.images.pipeline import exif
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import PARTS, Limits
from imagehub.images.pipeline.refusals import damaged

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 13
_FRAMING = 12
"""Length, type and checksum around the body of a chunk."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_PALETTE = 3
_COLOUR_LENGTHS = {b"gAMA": {4}, b"cHRM": {32}, b"sRGB": {1}, b"cICP": {4}}
_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_HELD = 1 << 24
"""Bytes of rows that are kept to be decoded without inflating them again."""
_BLOCK = 65_535
"""Bytes of a stored block of deflate."""
_BYTE_SAFE = 4096
"""Bytes fed to the inflater at once: at most 4 MB come out, whatever they claim."""


class Chunk(NamedTuple):
    """A chunk's type and where its body lies."""

    kind: bytes
    start: int
    end: int


class Stripped(NamedTuple):
    """A cleaned file, and one that shows the same and is decoded faster."""

    data: bytes
    ready: bytes
    """With its rows uncompressed unless they are many; otherwise `data` itself."""


class Header(NamedTuple):
    """IHDR as the format defines it."""

    width: int
    height: int
    depth: int
    colour: int
    compression: int
    filtering: int
    interlace: int


def chunks(data: bytes) -> Iterator[Chunk]:
    """Walk from the header up to and including IEND; a file that has none is damaged."""
    at = len(SIGNATURE)
    for _ in range(PARTS):
        if at + _FRAMING > len(data):
            raise damaged()
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            raise damaged()
        yield Chunk(kind, at + 8, end)
        if kind == b"IEND":
            return
        at = end + 4
    raise damaged()


def read(data: bytes, limits: Limits) -> Facts:
    """Judge size, frames, text and profile; compressed text is inflated no further than its limit."""
    header = _header(data, limits)
    frames, area, text, upright = 0, 0, limits.text, exif.UPRIGHT
    for kind, start, end in chunks(data):
        if kind == b"fcTL":
            frames += 1
            area += _frame_area(data, start, end)
            limits.admit_frames(frames, area)
        elif kind == b"acTL":
            limits.admit_frames(int.from_bytes(data[start : start + 4], "big"), 0)
        elif kind in {b"zTXt", b"iTXt"}:
            text -= _inflated_text(data[start:end], kind, text)
        elif kind == b"iCCP":
            _inflate(data[start:end].partition(b"\0")[2][1:], limits.profile)
        elif kind == b"eXIf":
            upright = exif.orientation(data[start:end])
    return Facts(Format.PNG, header.width, header.height, frames=max(frames, 1), orientation=upright)


def _header(data: bytes, limits: Limits) -> Header:
    chunk = next(chunks(data))
    if chunk.kind != b"IHDR" or chunk.end - chunk.start != _HEADER_BYTES:
        raise damaged()
    header = Header(*struct.unpack_from(">IIBBBBB", data, chunk.start))
    limits.admit_size(header.width, header.height)
    known = header.depth in _DEPTHS.get(header.colour, ()) and header.compression == header.filtering == 0
    if not known or header.interlace > 1:
        raise damaged()
    return header


def _frame_area(data: bytes, start: int, end: int) -> int:
    if end - start != 26:  # noqa: PLR2004  # the fixed length of fcTL
        raise damaged()
    width, height = struct.unpack_from(">II", data, start + 4)
    return int(width * height)


def _inflated_text(body: bytes, kind: bytes, most: int) -> int:
    after_key = body.partition(b"\0")[2]
    if kind == b"zTXt":
        return len(_inflate(after_key[1:], most))
    if after_key[:1] != b"\1":
        return 0
    language_onwards = after_key[2:].split(b"\0", 2)
    return len(_inflate(language_onwards[-1], most))


def _inflate(body: bytes, most: int) -> bytes:
    """Inflate at most `most` bytes; more than that, or nonsense, is damage."""
    try:
        text = zlib.decompressobj().decompress(body, most + 1)
    except zlib.error:
        raise damaged() from None
    if len(text) > most:
        raise damaged()
    return text


def profile(data: bytes, limits: Limits) -> bytes:
    """Return the inflated colour profile; empty when there is none."""
    for kind, start, end in chunks(data):
        if kind == b"iCCP":
            return _inflate(data[start:end].partition(b"\0")[2][1:], limits.profile)
    return b""


def is_grey(data: bytes) -> bool:
    """Whether the colour type carries no colour."""
    return data[len(SIGNATURE) + 8 + 9] in {0, 4}


def strip(data: bytes, profile: bytes) -> bytes:
    """Return what `stripped` calls `data`."""
    return stripped(data, profile).data


def stripped(data: bytes, profile: bytes) -> Stripped:
    """Copy header, palette, transparency, colour and the one still; `profile` is written anew.

    Every checksum is verified, and the compressed stream must hold exactly the rows of the picture.
    """
    kept, stream = _kept(data)
    header = Header(*struct.unpack(">IIBBBBB", kept[b"IHDR"]))
    _require_sound(header, kept)
    if profile:
        kept[b"iCCP"] = b"icc\0\0" + zlib.compress(profile)
    exact, rows = _exact(stream, raw_length(header))
    clean = _file({**kept, b"IDAT": exact})
    return Stripped(clean, _file({**kept, b"IDAT": _stored(rows)}) if rows else clean)


def _file(kept: dict[bytes, bytes]) -> bytes:
    order = [b"IHDR", b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"PLTE", b"tRNS", b"IDAT"]
    chosen = [written(kind, kept[kind]) for kind in order if kind in kept]
    return b"".join([SIGNATURE, *chosen, written(b"IEND", b"")])


def _stored(rows: bytes) -> bytes:
    """Write a stream of stored blocks (RFC 1950; RFC 1951, 3.2.4): zlib takes three times as long to do it."""
    blocks = [b"\x78\x01"]
    for at in range(0, len(rows), _BLOCK):
        block = rows[at : at + _BLOCK]
        blocks += [struct.pack("<BHH", at + _BLOCK >= len(rows), len(block), len(block) ^ 0xFFFF), block]
    return b"".join([*blocks, struct.pack(">I", zlib.adler32(rows))])


def _kept(data: bytes) -> tuple[dict[bytes, bytes], bytes]:
    kept: dict[bytes, bytes] = {}
    stream: list[bytes] = []
    for kind, start, end in chunks(data):
        if zlib.crc32(data[start - 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            raise damaged()
        if kind[0] < ord("a") and kind not in _CRITICAL:
            raise damaged()
        if kind == b"IDAT":
            stream.append(data[start:end])
        elif kind in {b"IHDR", b"PLTE"} and kind in kept:
            raise damaged()
        elif kind in {b"IHDR", b"PLTE", b"tRNS"} or end - start in _COLOUR_LENGTHS.get(kind, ()):
            kept.setdefault(kind, data[start:end])
    return kept, b"".join(stream)


def _require_sound(header: Header, kept: dict[bytes, bytes]) -> None:
    """Refuse or drop palettes and transparency of a length that leaves room for something else."""
    if header.colour != _PALETTE:
        kept.pop(b"PLTE", None)
        if len(kept.get(b"tRNS", b"")) != {0: 2, 2: 6}.get(header.colour):
            kept.pop(b"tRNS", None)
        return
    colours, odd = divmod(len(kept.get(b"PLTE", b"")), 3)
    if odd or not 1 <= colours <= 1 << header.depth or len(kept.get(b"tRNS", b"")) > colours:
        raise damaged()


def raw_length(header: Header) -> int:
    """Bytes of all filtered rows, interlaced or not."""
    bits = _CHANNELS[header.colour] * header.depth
    if not header.interlace:
        return header.height * (1 + (header.width * bits + 7) // 8)
    return sum(_pass_length(header, bits, *grid) for grid in _ADAM7)


_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _pass_length(header: Header, bits: int, *grid: int) -> int:
    left, top, across, down = grid
    width = (header.width - left + across - 1) // across
    height = (header.height - top + down - 1) // down
    return height * (1 + (width * bits + 7) // 8) if width > 0 else 0


def _exact(stream: bytes, expected: int) -> tuple[bytes, bytes]:
    """Return the stream without what follows its end, and its rows if they are few.

    Refuse it unless it inflates to `expected` bytes.
    """
    inflater = zlib.decompressobj()
    rows, total = [], 0
    try:
        for at in range(0, len(stream), _BYTE_SAFE):
            some = inflater.decompress(stream[at : at + _BYTE_SAFE])
            total += len(some)
            if expected <= _HELD:
                rows.append(some)
            if inflater.eof or total > expected:
                break
    except zlib.error:
        raise damaged() from None
    if not inflater.eof or total != expected:
        raise damaged()
    used = min(at + _BYTE_SAFE, len(stream)) - len(inflater.unused_data)
    return stream[:used], b"".join(rows)


def written(kind: bytes, body: bytes) -> bytes:
    """Write one chunk."""
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return b"".join([struct.pack(">I", len(body)), kind, body, struct.pack(">I", checksum)])
