"""What somebody wants to see of their library, as the address of its page says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from imagehub.api import narrowing
from imagehub.lib.words import words
from imagehub.library.forms import NarrowingForm
from imagehub.library.questions import MOST_WORDS, Question, Side


@dataclass(frozen=True)
class Wish:
    """Which part of a library; what is empty narrows nothing."""

    q: str = ""
    source: str = ""
    format: str = ""
    shape: str = ""
    tint: str = ""
    origin: str = ""
    month: str = ""
    album: str = ""
    since: date | None = None
    until: date | None = None  # that day included
    bin: bool = False
    at: str = ""  # the image at which one is
    page: int = 1  # where pages are turned rather than scrolled

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read an address; what makes no sense in it is left out."""
        return cls(**NarrowingForm(said).meant())

    @property
    def question(self) -> Question:
        """The same as lists are asked."""
        return Question(
            words=tuple(words(self.q)[:MOST_WORDS]),
            source=self.source,
            format=self.format,
            shape=self.shape,
            tint=self.tint,
            origin=self.origin,
            month=self.month,
            album=self.album,
            since=narrowing.start_of(self.since),
            until=narrowing.end_of(self.until),
            side=Side.BIN if self.bin else Side.LIVE,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the bin is asked for."""
        return replace(self, at="", page=1, bin=False) != Wish()

    @property
    def query(self) -> str:
        """The end of an address that says the same, wherever one is; nothing for a whole library."""
        return narrowing.query(replace(self, at="", page=1))

    def turned(self, page: int) -> str:
        """Return the end of the address of another page."""
        return narrowing.query(replace(self, at="", page=page)) or "?"

    def standing(self, image_id: str) -> str:
        """Return the end of the address of the place where an image is."""
        return narrowing.query(replace(self, at=image_id, page=1))

    def having(self, name: str, value: str) -> str:
        """Return the end of the address that says one thing more, or another one in its place."""
        return narrowing.query(replace(self, at="", page=1, **{name: value}))  # type: ignore[arg-type]  # names of texts only

    def without(self, name: str) -> str:
        """Return the end of the address that says the same but for one thing."""
        return narrowing.query(replace(self, at="", page=1), but=name) or "?"
