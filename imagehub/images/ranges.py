"""The part of an object that a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of bytes; an empty one cannot be satisfied."""

    start: int
    length: int

    def content_range(self, size: int) -> str:
        """Say which bytes of how many these are."""
        if not self.length:
            return f"bytes */{size}"
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


def requested(header: str | None, size: int) -> Part | None:
    """Return the single range asked for, or None where the whole must be sent.

    Several ranges at once get the whole: nobody who shows pictures needs them, and joining thousands of
    overlapping ones is an old way to exhaust a server.
    """
    asked = _ONE_RANGE.fullmatch(header or "")
    if asked is None:
        return None
    first, last = asked.groups()
    if first:
        return _from(int(first), last, size)
    return _end(int(last), size) if last else None


def _from(first: int, last: str, size: int) -> Part | None:
    if last and int(last) < first:
        return None
    end = min(int(last), size - 1) if last else size - 1
    return Part(first, end - first + 1) if first < size else Part(0, 0)


def _end(count: int, size: int) -> Part:
    return Part(max(size - count, 0), min(count, size))
