"""Pairs of photos that look alike, as the review page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imagehub.images.pipeline.likeness import BITS
from imagehub.lib import keyset
from publications.models import Photo, Resemblance, Verdict

PAGE = 12  # pairs
MOST_COUNTED = 1000  # beyond that a number says only that it is large

_WORDS: dict[int, str | Promise] = {
    0: _("Looks the same"),
    2: _("Almost the same"),
    5: _("Very much alike"),
    BITS: _("Alike"),
}  # by the largest distance that they are said of


@dataclass(frozen=True)
class Side:
    """One of the two photos."""

    label: str | Promise
    photo: Photo


@dataclass(frozen=True)
class Pair:
    """Two photos and what is known of both."""

    row: Resemblance
    words: str | Promise
    sides: tuple[Side, Side]

    @classmethod
    def of(cls, row: Resemblance) -> "Pair":
        """Return a pair as it is shown."""
        sides = Side(_("Was here first"), row.earlier), Side(_("Came later"), row.later)
        return cls(row, next(words for most, words in _WORDS.items() if row.distance <= most), sides)


@dataclass(frozen=True)
class Page:
    """Some pairs, the newest first, and from where the next page goes on."""

    pairs: list[Pair]
    next_before: int | None


@dataclass(frozen=True)
class Chip:
    """A filter and how many pairs it lets through."""

    verdict: str
    label: str | Promise
    count: str


def page(verdict: Verdict, *, before: int | None = None) -> Page:
    """Return the pairs of one verdict that are older than `before`; two queries, four at the end of the list."""
    rows = Resemblance.objects.judged(verdict).with_both_sides()
    found = keyset.older(rows, before, PAGE + 1) if before else keyset.part(rows, PAGE + 1)
    shown = found[:PAGE]
    return Page([Pair.of(row) for row in shown], shown[-1].pk if len(found) > PAGE else None)


def one(number: int) -> Pair | None:
    """Return one pair, unless it is gone; one query."""
    row = Resemblance.objects.with_both_sides().filter(pk=number).first()
    return Pair.of(row) if row else None


def chips() -> Iterable[Chip]:
    """Return the filters with their counts; a query each, over an index and never beyond the most counted."""
    labels = {
        Verdict.OPEN: pgettext_lazy("of a pair", "Open"),
        Verdict.CONFIRMED: _("Confirmed"),
        Verdict.DISMISSED: _("Dismissed"),
    }
    return [Chip(verdict.value, label, _counted(verdict)) for verdict, label in labels.items()]


def _counted(verdict: Verdict) -> str:
    count = Resemblance.objects.judged(verdict)[:MOST_COUNTED].count()
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
