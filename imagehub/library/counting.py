"""How much of a library there is of each kind."""

from collections.abc import Iterable
from dataclasses import dataclass

from imagehub.api import shelves
from imagehub.api.shares import Counts, Inquiry, shares
from imagehub.images.models import Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marks import Origin
from imagehub.library import terms
from imagehub.library.questions import Question
from imagehub.library.terms import Shape
from imagehub.library.tints import Tint

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
    """Count; a query for each kind that is chosen, and three more."""
    stamps = shelves.stamps(shelf)
    answers = _found(shelf, question.terms, between)
    among = {terms.MONTH: answers}
    for kind in _CHOICES:
        chosen = question.narrowed[kind]
        among[kind] = _found(shelf, question.terms - {f"{kind}{chosen}"}, between) if chosen else answers
    counts = shares(Inquiry(shelf, stamps, among), f"{sorted(question.terms)} {between}")
    months = [term.removeprefix(terms.MONTH) for term in counts if term.startswith(terms.MONTH)]
    told = [_told(counts, kind, values) for kind, values in _CHOICES.items()]
    told.append(_told(counts, terms.MONTH, sorted(months, reverse=True)[:MOST_MONTHS]))
    return Facets(*told)


def _found(shelf: str, wanted: set[str], between: tuple[float, float]) -> shelves.Found:
    lowest, highest = between
    return shelves.find(shelf, wanted, lowest=lowest, highest=highest)


def _told(counts: Counts, kind: str, values: Iterable[str]) -> Counts:
    """Return the counts of one kind by its values, without those of which there is nothing."""
    return {value: counts[term] for value in values if (term := f"{kind}{value}") in counts}
