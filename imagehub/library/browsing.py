"""What is asked of a library: parts of it at any place, and numbers about it, at a cost that hardly grows with it."""

from datetime import datetime
from math import inf

from django.db.models import Model

from imagehub.api import shelves
from imagehub.images import likeness
from imagehub.library import counting, shelving, terms
from imagehub.library.counting import Facets
from imagehub.library.models import Entry
from imagehub.library.places import Place, used
from imagehub.library.questions import MOST_WORDS, Question, Side

__all__ = [
    "MOST_WORDS",
    "Facets",
    "Place",
    "Question",
    "Side",
    "entries",
    "facets",
    "find",
    "numbered",
    "similar",
    "used",
]


def find(owner: Model, question: Question) -> shelves.Found:
    """Return the numbers of the entries that are asked for, after catching up with what has changed."""
    shelving.catch_up(owner)
    lowest, highest = _bounds(owner, question)
    return shelves.find(terms.shelf_of(owner.pk), question.terms, lowest=lowest, highest=highest)


def entries(owner: Model, found: shelves.Found, start: int, length: int) -> list[Entry]:
    """Return a part of what was found, the newest first, with the images; one query."""
    return numbered(owner, found.newest(start, length))


def numbered(owner: Model, numbers: list[int]) -> list[Entry]:
    """Return the entries with these numbers in this order, with the images; one query."""
    rows = Entry.objects.of(owner).filter(number__in=numbers).with_images() if numbers else ()
    # Judged here: asked for images that are there, a database may go through all of them.
    by_number = {entry.number: entry for entry in rows if entry.image is not None}
    return [by_number[number] for number in numbers if number in by_number]


def facets(owner: Model, question: Question) -> Facets:
    """Return what a question can be narrowed by, and how many answers each choice would leave; a few queries."""
    return counting.facets(terms.shelf_of(owner.pk), question, _bounds(owner, question))


def similar(entry: Entry, limit: int) -> list[Entry]:
    """Return what looks like an image among what its owner has outside the bin, the most alike first."""
    if entry.likeness is None:
        return []
    own = Entry.objects.filter(owner_id=entry.owner_id)
    near = likeness.nearest(own, entry.likeness)
    rows = own.filter(pk__in=near, binned_at=None, image__isnull=False).exclude(pk=entry.pk).exclude(terms="")
    return sorted(rows.with_images(), key=lambda one: (near[one.pk], -one.number))[:limit]


def _bounds(owner: Model, question: Question) -> tuple[float, float]:
    """Return the lowest and the highest number that the times of a question leave."""
    lowest = _first_since(owner, question.since, otherwise=0)
    return lowest, _first_since(owner, question.until, otherwise=inf) - 1


def _first_since(owner: Model, moment: datetime | None, *, otherwise: float) -> float:
    """Return the number of the first entry of then or later: numbers follow the times."""
    if moment is None:
        return otherwise
    later = Entry.objects.of(owner).filter(created_at__gte=moment).order_by("created_at", "number")
    return next(iter(later.values_list("number", flat=True)[:1]), inf)
