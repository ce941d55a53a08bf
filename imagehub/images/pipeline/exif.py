"""The one thing we want to know of EXIF: which way is up (CIPA DC-008, tag 0x0112)."""

import struct

UPRIGHT = 1
_ORIENTATION = 0x0112
_SHORT = 3
_ENTRY_BYTES = 12
_MOST_ENTRIES = 500
_LAST = 8


def orientation(tiff: bytes) -> int:
    """Read orientation 1-8 from a TIFF block; anything odd means upright, as viewers agree."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        return _first_directory(tiff, order)
    except struct.error:
        return UPRIGHT


def _first_directory(tiff: bytes, order: str) -> int:
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    for index in range(min(entries, _MOST_ENTRIES)):
        tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + index * _ENTRY_BYTES)
        if tag == _ORIENTATION:
            readable = kind == _SHORT and count == 1 and UPRIGHT <= value <= _LAST
            return int(value) if readable else UPRIGHT
    return UPRIGHT
