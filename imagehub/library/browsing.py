"""What is asked of a library: parts of it at any place, and numbers about it, at a cost that hardly grows with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf

from django.db.models import Model

from imagehub.api import shelves
from imagehub.library import shelving, terms
from imagehub.library.models import Entry

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


def find(owner: Model, question: Question) -> shelves.Found:
    """Return the numbers of the entries that are asked for, after catching up with what has changed."""
    shelving.catch_up(owner)
    lowest = _first_since(owner, question.since, otherwise=0)
    highest = _first_since(owner, question.until, otherwise=inf) - 1
    if lowest == inf or highest < lowest:
        return shelves.Found()
    return shelves.find(terms.shelf_of(owner.pk), asked(question), lowest=lowest, highest=highest)


def entries(owner: Model, found: shelves.Found, start: int, length: int) -> list[Entry]:
    """Return a part of what was found, the newest first, with the images; one query."""
    return numbered(owner, found.newest(start, length))


def numbered(owner: Model, numbers: list[int]) -> list[Entry]:
    """Return the entries with these numbers in this order, with the images; one query."""
    rows = Entry.objects.of(owner).filter(number__in=numbers, image__isnull=False).with_images() if numbers else ()
    by_number = {entry.number: entry for entry in rows}
    return [by_number[number] for number in numbers if number in by_number]


def asked(question: Question) -> set[str]:
    """Return the terms that an entry must have to be an answer."""
    narrowed = {
        terms.SOURCE: question.source,
        terms.FORMAT: question.format,
        terms.SHAPE: question.shape,
        terms.TINT: question.tint,
        terms.ORIGIN: question.origin,
        terms.MONTH: question.month,
        terms.ALBUM: question.album,
    }
    wanted = {f"{kind}{value}" for kind, value in narrowed.items() if value}
    side = terms.LIVE if question.side is Side.LIVE else terms.BIN
    return wanted | {side} | terms.of_words(question.words[:MOST_WORDS])


def _first_since(owner: Model, moment: datetime | None, *, otherwise: float) -> float:
    """Return the number of the first entry of then or later: numbers follow the times."""
    if moment is None:
        return otherwise
    later = Entry.objects.of(owner).filter(created_at__gte=moment).order_by("created_at", "number")
    return next(iter(later.values_list("number", flat=True)[:1]), inf)
