"""How much of a library there is of each kind."""

from dataclasses import dataclass
from typing import TypeAlias

from imagehub.api import shelves
from imagehub.images.models import Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marks import Origin
from imagehub.library import terms
from imagehub.library.questions import Question
from imagehub.library.terms import Shape
from imagehub.library.tints import Tint

Counts: TypeAlias = dict[str, int]

MOST_MONTHS = 600
_CHOICES: dict[str, tuple[str, ...]] = {  # in the order of the fields below
    terms.SOURCE: tuple(Source.values),
    terms.FORMAT: tuple(Format),
    terms.SHAPE: tuple(Shape),
    terms.TINT: tuple(Tint),
    terms.ORIGIN: tuple(Origin),
}


@dataclass(frozen=True)
class Facets:
    """For each value that there is how many answers a question would have with it, in a fixed order.

    What the question says already of the same kind is left aside, so that one sees what else could be chosen.
    """

    sources: Counts
    formats: Counts
    shapes: Counts
    tints: Counts
    origins: Counts
    months: Counts  # `2026-11`, the newest first; of all answers to the question


def facets(shelf: str, question: Question, between: tuple[float, float]) -> Facets:
    """Count; a query for each kind that is chosen, and four more."""
    months = sorted(shelves.kinds(shelf, terms.MONTH, MOST_MONTHS), reverse=True)
    answers = _found(shelf, question.terms, between)
    among = dict.fromkeys(months, answers)
    for kind, values in _CHOICES.items():
        chosen = question.narrowed[kind]
        open_to = _found(shelf, question.terms - {f"{kind}{chosen}"}, between) if chosen else answers
        among |= dict.fromkeys((f"{kind}{value}" for value in values), open_to)
    counts = shelves.shares(shelf, among)
    told = {kind: _told(counts, kind) for kind in (*_CHOICES, terms.MONTH)}
    return Facets(*told.values())


def _found(shelf: str, wanted: set[str], between: tuple[float, float]) -> shelves.Found:
    lowest, highest = between
    return shelves.find(shelf, wanted, lowest=lowest, highest=highest)


def _told(counts: Counts, kind: str) -> Counts:
    """Return the counts of one kind by its values, without those of which there is nothing."""
    return {term.removeprefix(kind): count for term, count in counts.items() if count and term.startswith(kind)}
