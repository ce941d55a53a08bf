"""What somebody wants to see of a library, and which terms that comes to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from imagehub.library import terms

MOST_WORDS = 12  # of a search


class Side(StrEnum):
    """Which part of a library."""

    LIVE = "live"
    BIN = "bin"


@dataclass(frozen=True)
class Question:
    """Which images of a library are asked for; what is left empty does not matter."""

    words: tuple[str, ...] = ()  # all of them, in the title or what its surface says
    source: str = ""
    format: str = ""  # `jpeg`, as in the content type
    shape: str = ""
    tint: str = ""
    origin: str = ""
    month: str = ""  # `2026-11`
    album: str = ""  # its public id
    since: datetime | None = None  # then or later
    until: datetime | None = None  # earlier
    side: Side = Side.LIVE

    @property
    def narrowed(self) -> dict[str, str]:
        """What is chosen of each kind of term; empty for what does not matter."""
        return {
            terms.SOURCE: self.source,
            terms.FORMAT: self.format,
            terms.SHAPE: self.shape,
            terms.TINT: self.tint,
            terms.ORIGIN: self.origin,
            terms.MONTH: self.month,
            terms.ALBUM: self.album,
        }

    @property
    def terms(self) -> set[str]:
        """What an entry must stand under to be an answer."""
        chosen = {f"{kind}{value}" for kind, value in self.narrowed.items() if value}
        side = terms.LIVE if self.side is Side.LIVE else terms.BIN
        return chosen | {side} | terms.of_words(self.words[:MOST_WORDS])
