"""Numbers that come with an address."""

LARGEST_KEY = 2**63 - 1


def number_of(text: str | None, most: int = LARGEST_KEY) -> int | None:
    """Return a whole number from 0 that somebody wrote, or None for what is none or beyond the most; never costly."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None
