"""What we want to know of EXIF (CIPA DC-008): which way is up, and what generators write into it."""

import struct
from collections.abc import Iterator

UPRIGHT = 1
_ORIENTATION = 0x0112
_SHORT = 3
_ENTRY_BYTES = 12
_MOST_ENTRIES = 500
_LAST = 8

_MAKE, _MODEL, _DETAILS, _COMMENT = 0x010F, 0x0110, 0x8769, 0x9286
_ASCII, _LONG, _UNDEFINED = 2, 4, 7
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_CODE_BYTES = 8


def orientation(tiff: bytes) -> int:
    """Read orientation 1-8 from a TIFF block; anything odd means upright, as viewers agree."""
    order = _ORDERS.get(tiff[:4])
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


def texts(tiff: bytes, most: int) -> Iterator[str]:
    """Yield the user's comment, maker and model where they are text, each of at most `most` bytes.

    Generators write their parameters there, for want of a better place; anything odd yields nothing.
    """
    order = _ORDERS.get(tiff[:4])
    if order is None:
        return
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        entries = _entries(tiff, order, first)
        if _DETAILS in entries and entries[_DETAILS][0] == _LONG:
            entries |= _entries(tiff, order, entries[_DETAILS][2])
    except struct.error:
        return
    for tag in (_COMMENT, _MAKE, _MODEL):
        kind, count, at = entries.get(tag, (0, 0, 0))
        if count > _CODE_BYTES and kind == (_UNDEFINED if tag == _COMMENT else _ASCII):
            body = tiff[at : at + min(count, most)]
            yield _comment(body) if tag == _COMMENT else body.decode("utf-8", "replace")


def _entries(tiff: bytes, order: str, at: int) -> dict[int, tuple[int, int, int]]:
    """Return kind, count and place of what a directory points to; of a tag that comes twice, the first."""
    found: dict[int, tuple[int, int, int]] = {}
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    for index in range(min(entries, _MOST_ENTRIES)):
        tag, *place = struct.unpack_from(f"{order}HHII", tiff, at + 2 + index * _ENTRY_BYTES)
        found.setdefault(tag, (place[0], place[1], place[2]))
    return found


def _comment(body: bytes) -> str:
    code, text = body[:_CODE_BYTES], body[_CODE_BYTES:]
    if not code.startswith(b"UNICODE"):
        return text.decode("utf-8", "replace")
    # Writers disagree about the order, whatever the block's own is: Latin letters show where the zeros are.
    order = "be" if text[::2].count(0) >= text[1::2].count(0) else "le"
    return text.decode(f"utf-16-{order}", "replace")
