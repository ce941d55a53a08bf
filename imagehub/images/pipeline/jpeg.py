"""JPEG as a list of segments (ITU-T T.81, annex B): judged and cleaned without decoding.

Phone files with several pictures (MPO, gain maps) are JPEGs followed by more JPEGs: only what comes
before the first end marker is the picture, the rest is trailing bytes.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from imagehub.images.pipeline import exif
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import PARTS, Limits
from imagehub.images.pipeline.refusals import Reason, Refusal, damaged

START = b"\xff\xd8"
END = b"\xff\xd9"
SOS, EOI, APP0, APP1, APP2, APP14 = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
_DECODABLE_FRAMES = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_TABLES = {0xC4, 0xDB, 0xDD}
_KEPT = _DECODABLE_FRAMES | _TABLES | {SOS}

_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
# Within a scan FF 00 is a stuffed byte and FF D0-D7 a restart; everything else ends the scan.
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")

PROFILE_MARK = b"ICC_PROFILE\0"
PROFILE_PIECE = 65_519
"""Bytes of profile that fit into one segment."""
_EXIF_MARK = b"Exif\0\0"
_ADOBE_BYTES = 12
_JFIF_BYTES = 12
_EIGHT_BITS = 8


class Segment(NamedTuple):
    """A marker and where its payload lies; a scan's `end` includes its entropy-coded data."""

    marker: int
    start: int
    payload: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """Walk from the start to the first end marker; a file that has none is damaged."""
    at = len(START)
    for _ in range(PARTS):
        found = _MARKER.match(data, at)
        if found is None:
            raise damaged()
        marker, payload = found[1][0], found.end() + 2
        if marker == EOI:
            return
        at = _end_of(data, marker, found.end())
        yield Segment(marker, found.end() - 2, payload, at)
    raise damaged()


def heads(data: bytes) -> Iterator[Segment]:
    """Walk from the start to the first scan, which may be long, or to the end marker."""
    at = len(START)
    for _ in range(PARTS):
        found = _MARKER.match(data, at)
        if found is None:
            raise damaged()
        marker = found[1][0]
        if marker in {SOS, EOI}:
            return
        at = _end_of(data, marker, found.end())
        yield Segment(marker, found.end() - 2, found.end() + 2, at)


def _end_of(data: bytes, marker: int, at: int) -> int:
    length = int.from_bytes(data[at : at + 2], "big")
    end = at + length
    if length < 2 or end >= len(data):  # noqa: PLR2004  # the length counts its own two bytes
        raise damaged()
    if marker != SOS:
        return end
    following = _SCAN_END.search(data, end)
    if following is None:
        raise damaged()
    return following.start()


def read(data: bytes, limits: Limits) -> Facts:
    """Judge size, scans and orientation; the size is judged before the scans are counted."""
    width = height = components = scans = 0
    upright = exif.UPRIGHT
    for segment in segments(data):
        if segment.marker == SOS:
            scans += 1
            limits.admit_scans(scans, width * height)
        elif segment.marker in _DECODABLE_FRAMES and not components:
            width, height, components = _frame(data, segment)
            limits.admit_size(width, height)
        elif segment.marker in _DECODABLE_FRAMES:
            raise damaged()
        elif segment.marker in _OTHER_FRAMES:
            raise Refusal(Reason.UNSUPPORTED)
        elif segment.marker == APP1 and upright == exif.UPRIGHT:
            upright = _orientation(data, segment)
    if not components or not scans:
        raise damaged()
    return Facts(Format.JPEG, width, height, orientation=upright, scans=scans, components=components)


def _frame(data: bytes, segment: Segment) -> tuple[int, int, int]:
    try:
        bits, height, width, components = struct.unpack_from(">BHHB", data, segment.payload)
    except struct.error:
        raise damaged() from None
    if bits != _EIGHT_BITS:
        raise Refusal(Reason.UNSUPPORTED)
    if components not in {1, 3, 4}:
        raise damaged()
    return width, height, components


def _orientation(data: bytes, segment: Segment) -> int:
    if not data.startswith(_EXIF_MARK, segment.payload):
        return exif.UPRIGHT
    return exif.orientation(data[segment.payload + len(_EXIF_MARK) : segment.end])


def profile(data: bytes, limits: Limits) -> bytes:
    """Join the colour profile from its numbered segments; empty when there is none or it is incomplete."""
    pieces: dict[int, bytes] = {}
    announced = total = 0
    for segment in segments(data):
        if segment.marker == SOS:
            break
        if segment.marker == APP2 and data.startswith(PROFILE_MARK, segment.payload):
            body = data[segment.payload + len(PROFILE_MARK) : segment.end]
            total += len(body)
            if total > limits.profile or len(body) < 2:  # noqa: PLR2004  # number and count
                raise damaged()
            announced = body[1]
            pieces[body[0]] = body[2:]
    complete = sorted(pieces) == list(range(1, announced + 1))
    return b"".join(pieces[number] for number in sorted(pieces)) if complete else b""


def strip(data: bytes, profile: bytes) -> bytes:
    """Copy what the decoder needs, byte for byte, and nothing else; `profile` is written anew.

    Kept: frame, tables, scans, the colour transform of Adobe, the density of JFIF (no thumbnail).
    """
    kept, heads = [], [START]
    for segment in segments(data):
        if segment.marker in _KEPT:
            kept.append(b"\xff" + data[segment.payload - 3 : segment.end])
        elif segment.marker == APP14 and data.startswith(b"Adobe", segment.payload):
            heads.append(written(APP14, data[segment.payload : segment.end][:_ADOBE_BYTES]))
        elif segment.marker == APP0 and data.startswith(b"JFIF\0", segment.payload) and len(heads) == 1:
            heads.append(written(APP0, data[segment.payload : segment.end][:_JFIF_BYTES] + b"\0\0"))
    return b"".join([*heads, *_profile_segments(profile), *kept, END])


def written(marker: int, payload: bytes) -> bytes:
    """Write one segment."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _profile_segments(profile: bytes) -> list[bytes]:
    pieces = [profile[at : at + PROFILE_PIECE] for at in range(0, len(profile), PROFILE_PIECE)]
    return [
        written(APP2, PROFILE_MARK + bytes([number, len(pieces)]) + piece)
        for number, piece in enumerate(pieces, start=1)
    ]
