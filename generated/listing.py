"""Generated images as clients see them, in answers and in news alike; lists at a cost that hardly grows with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Any, NamedTuple, TypedDict

import orjson

from accounts.models import User
from generated import terms
from generated.models import Generated, Status, StatusChange
from imagehub.api import shelves
from imagehub.images.links import image_url
from imagehub.lib.times import told

MOST_WORDS = 12  # of a search


class Card(TypedDict):
    """One image, spelled as the clients of the API know it."""

    image_id: str
    user_id: str
    prompt: str
    image_url: str
    created_at: str
    status: str
    metadata: dict[str, Any]


class Step(TypedDict):
    """One change of status."""

    before: str
    after: str
    by: str
    at: str


class Sort(StrEnum):
    """In which order a list comes."""

    NEWEST = "-created_at"
    OLDEST = "created_at"


@dataclass(frozen=True)
class Question:
    """Which images of a library are asked for; without a status all outside the recycle bin."""

    status: Status | None = None
    words: tuple[str, ...] = ()  # all of them, anywhere in the prompt
    model: str = ""
    created_after: datetime | None = None  # then or later
    created_before: datetime | None = None  # earlier
    further: frozenset[str] = frozenset()  # terms of the shelf that are asked for besides
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True)
class Page:
    """A part of a list and how long the whole is."""

    cards: list[Card]
    total: int


class _Row(NamedTuple):
    """The columns behind a card, in the order in which they are read."""

    number: int
    image_id: str
    user_id: str
    prompt: str
    created_at: datetime
    status: str
    metadata_json: str
    public_id: str
    content_type: str


_COLUMNS = (
    "number",
    "public_id",
    "owner__public_id",
    "prompt",
    "created_at",
    "status",
    "metadata_json",
    "image__public_id",
    "image__content_type",
)


def page_of(owner: User, question: Question, *, page: int, limit: int) -> Page:
    """Return one page of a library, counted from 1; empty beyond the last one."""
    found = find(owner, question)
    numbers = part(found, question.sort, page=page, limit=limit)
    rows = {row.number: row for row in _rows(owner, numbers)}
    return Page([_card(rows[number]) for number in numbers if number in rows], found.total)


def card(generated: Generated) -> Card:
    """Return one image; no query when its owner and its object's row are loaded."""
    return _card(
        _Row(
            generated.number,
            generated.public_id,
            generated.owner.public_id,
            generated.prompt,
            generated.created_at,
            generated.status,
            generated.metadata_json,
            generated.image.public_id,
            generated.image.content_type,
        )
    )


def cards_by_id(image_ids: Iterable[str]) -> dict[str, Card]:
    """Return those of these images that are there; one query."""
    rows = Generated.objects.filter(public_id__in=list(image_ids)).values_list(*_COLUMNS)
    return {row[1]: _card(_Row(*row)) for row in rows}


def history_of(generated: Generated) -> list[Step]:
    """Return all changes of status of an image, the first one first."""
    changes = StatusChange.objects.filter(generated=generated).order_by("id")
    return [{"before": one.before, "after": one.after, "by": one.by_name, "at": told(one.at)} for one in changes]


def find(owner: User, question: Question) -> shelves.Found:
    """Return the numbers of the images that are asked for."""
    status = f"status:{question.status}" if question.status else terms.LIVE
    wanted = terms.of_words(question.words) | {status} | question.further
    if question.model:
        wanted.add(terms.of_model(question.model))
    lowest = _first_since(owner, question.created_after, otherwise=0)
    highest = _first_since(owner, question.created_before, otherwise=inf) - 1
    return shelves.find(terms.shelf_of(owner.pk), wanted, lowest=lowest, highest=highest)


def part(found: shelves.Found, sort: Sort, *, page: int, limit: int) -> list[int]:
    """Return the numbers on one page, counted from 1."""
    start = (page - 1) * limit
    return found.newest(start, limit) if sort is Sort.NEWEST else found.oldest(start, limit)


def _first_since(owner: User, moment: datetime | None, *, otherwise: float) -> float:
    """Return the number of the first image made then or later: numbers follow the times."""
    if moment is None:
        return otherwise
    later = Generated.objects.of(owner).filter(created_at__gte=moment).order_by("created_at", "number")
    return next(iter(later.values_list("number", flat=True)[:1]), inf)


def _rows(owner: User, numbers: list[int]) -> Iterable[_Row]:
    rows = Generated.objects.of(owner).filter(number__in=numbers).values_list(*_COLUMNS)
    return (_Row(*row) for row in rows) if numbers else ()


def _card(row: _Row) -> Card:
    return {
        "image_id": row.image_id,
        "user_id": row.user_id,
        "prompt": row.prompt,
        "image_url": image_url(row),
        "created_at": told(row.created_at),
        "status": row.status,
        "metadata": orjson.loads(row.metadata_json),
    }
