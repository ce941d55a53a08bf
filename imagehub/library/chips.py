"""What narrows the library, one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.utils import formats
from django.utils.translation import gettext as _

from imagehub.library import labels
from imagehub.library.counting import Facets
from imagehub.library.models import Album
from imagehub.library.wishes import Wish


@dataclass(frozen=True)
class Choice:
    """A value to choose, or the way to leave it out again where it is chosen."""

    value: str
    text: str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One kind of thing that a library can be narrowed by."""

    name: str
    text: str
    choices: list[Choice]


@dataclass(frozen=True)
class Chip:
    """Something that narrows what is shown, and the address without it."""

    name: str
    text: str
    address: str


def of(wish: Wish, owner: Model) -> list[Chip]:
    """Return what narrows the page, each with the way to leave it out; a query for an album."""
    texts = {
        "q": _("“%(words)s”") % {"words": wish.q} if wish.q else "",
        "source": _called(labels.SOURCES, wish.source),
        "format": _called(labels.FORMATS, wish.format),
        "shape": _called(labels.SHAPES, wish.shape),
        "tint": _called(labels.TINTS, wish.tint),
        "origin": _called(labels.ORIGINS, wish.origin),
        "month": _month(wish.month),
        "album": _("Album “%(name)s”") % {"name": _album(wish.album, owner)} if wish.album else "",
        "since": _("From %(day)s") % {"day": _on(wish.since)} if wish.since else "",
        "until": _("Until %(day)s") % {"day": _on(wish.until)} if wish.until else "",
    }
    return [Chip(name, text, wish.without(name)) for name, text in texts.items() if text]


def count(shown: Iterable[Chip]) -> int:
    """Return how many of them stand in the panel: what is searched for has a place of its own."""
    return sum(chip.name != "q" for chip in shown)


def facets(wish: Wish, counted: Facets) -> list[Facet]:
    """Return what there is to choose from, as far as the library differs in it."""
    whole = [
        _facet(wish, "source", _("Kept as"), counted.sources, labels.SOURCES),
        _facet(wish, "tint", _("Colour"), counted.tints, labels.TINTS),
        _facet(wish, "shape", _("Shape"), counted.shapes, labels.SHAPES),
        _facet(wish, "format", _("Format"), counted.formats, labels.FORMATS),
        _facet(wish, "origin", _("Origin"), counted.origins, labels.ORIGINS),
    ]
    return [facet for facet in whole if len(facet.choices) > 1 or any(one.is_chosen for one in facet.choices)]


def _facet(wish: Wish, name: str, text: str, counts: dict[str, int], called: Mapping[str, object]) -> Facet:
    chosen = getattr(wish, name)
    shown = [value for value in called if value in counts or value == chosen]
    return Facet(name, text, [_choice(wish, name, value, str(called[value]), counts.get(value, 0)) for value in shown])


def _choice(wish: Wish, name: str, value: str, text: str, count: int) -> Choice:
    is_chosen = getattr(wish, name) == value
    return Choice(value, text, count, wish.without(name) if is_chosen else wish.having(name, value), is_chosen)


def _called(labels_: Mapping[str, object], value: str) -> str:
    return str(labels_[value]) if value else ""


def _album(public_id: str, owner: Model) -> str:
    return next(
        iter(Album.objects.filter(owner_id=owner.pk, public_id=public_id).values_list("name", flat=True)[:1]), "?"
    )


def _month(name: str) -> str:
    year, _dash, month = name.partition("-")
    return formats.date_format(date(int(year), int(month), 1), "YEAR_MONTH_FORMAT") if name else ""


def _on(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
