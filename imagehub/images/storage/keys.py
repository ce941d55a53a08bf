"""Keys of stored objects: relative paths that can only ever point below the storage's root."""

import re

from django.core.exceptions import SuspiciousFileOperation

LONGEST = 400  # characters, as the column
_LONGEST_SEGMENT = 200  # bytes; file systems stop at 255
# The keys that all parts of ours make: one look at the whole tells that each of its parts is plain.
_USUAL = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,98}/){0,3}[A-Za-z0-9_-][A-Za-z0-9_.-]{0,98}")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")


class BadKey(SuspiciousFileOperation):
    """A key that no part of ours would have made."""


def segments(key: str) -> list[str]:
    """Return the folders and the name that a key consists of, or raise BadKey.

    A leading dot is reserved for names of our own (temporary files) and covers `.` and `..`.
    """
    parts = key.split("/")
    if _USUAL.fullmatch(key):
        return parts
    if len(key) > LONGEST or not all(_is_plain(part) for part in parts):
        raise BadKey("not a key of the storage")
    return parts


def beginning(prefix: str) -> tuple[list[str], str]:
    """Return the folders that a prefix names, and how the names within begin, or raise BadKey."""
    folders, slash, begun = prefix.rpartition("/")
    if begun:
        segments(begun)
    return segments(folders) if slash else [], begun


def _is_plain(part: str) -> bool:
    if not part or part.startswith(".") or part != part.strip() or _FORBIDDEN.search(part):
        return False
    try:
        return len(part.encode()) <= _LONGEST_SEGMENT
    except UnicodeEncodeError:
        return False
