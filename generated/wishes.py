"""What somebody wants to see of a library, as the address of its page says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from generated import terms
from generated.forms import NarrowingForm
from generated.listing import MOST_WORDS, Question, Sort
from generated.models import Status
from imagehub.api import narrowing
from imagehub.lib.words import words


@dataclass(frozen=True)
class Wish:
    """Which part of a library; what is empty narrows nothing."""

    q: str = ""
    status: str = ""
    model: str = ""
    size: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None  # that day included
    sort: str = Sort.NEWEST.value
    page: int = 1

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read an address; what makes no sense in it is left out."""
        return cls(**NarrowingForm(said).meant())

    @property
    def question(self) -> Question:
        """The same as lists are asked."""
        return Question(
            status=Status(self.status) if self.status else None,
            words=tuple(words(self.q)[:MOST_WORDS]),
            model=self.model,
            created_after=narrowing.start_of(self.since),
            created_before=narrowing.end_of(self.until),
            further=frozenset(self._further()),
            sort=Sort(self.sort),
        )

    @property
    def is_bin(self) -> bool:
        """Whether it is the recycle bin that is looked into."""
        return self.status == Status.DELETED

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the bin is asked for."""
        return replace(self, page=1, sort=Sort.NEWEST.value) not in {Wish(), Wish(status=Status.DELETED.value)}

    @property
    def query(self) -> str:
        """The end of an address that says the same, with its question mark; nothing for a whole library."""
        return narrowing.query(self)

    @property
    def whole(self) -> str:
        """The same without a page."""
        return narrowing.query(replace(self, page=1))

    def turned(self, page: int) -> str:
        """Return the end of the address of another page."""
        return narrowing.query(replace(self, page=page)) or "?"

    def without(self, name: str) -> str:
        """Return the end of the address that says the same but for one thing."""
        return narrowing.query(replace(self, page=1), but=name) or "?"

    def _further(self) -> list[str]:
        size = [terms.of_size(self.size)] if self.size else []
        return size + ([terms.of_source(self.source)] if self.source else [])
