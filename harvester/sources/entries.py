"""What a source tells of a document, and what a source is."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """What matters of a document."""

    document_id: str  # as text; of an ObjectId its 24 hexadecimal digits
    label: str  # the value of its search field, or empty
    urls: tuple[str, ...]  # in order, without repeats, at most MOST_URLS
    cursor: str = ""  # where reading goes on behind it, in the source's own words
    odd: int = 0  # how many values stood where an address was expected and were none
    left_out: int = 0  # how many addresses were more than are taken of a document


class Source(Protocol):
    """Documents in a stable order; nothing is held whole."""

    def count(self) -> int:
        """Return how many documents there are; SourceUnavailable when it can't be told."""

    def read(self, after: str = "") -> Iterator[Entry]:
        """Go through the documents behind a cursor, or all; SourceUnavailable when that breaks off."""
