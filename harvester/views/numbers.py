"""Numbers that come with an address."""

from typing import cast

LARGEST_KEY = 2**63 - 1


def key(text: str | None) -> int | None:
    """Return a primary key, or None for what can't be one."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_KEY))
    return int(cast("str", text)) if is_number else None
