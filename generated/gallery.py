"""A library as its page shows it."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from generated import listing, origins, terms
from generated.models import Generated, Status
from generated.wishes import Wish
from imagehub.api import shelves

PER_PAGE = 60
_AT_ONCE = 12  # pictures that are loaded before anybody scrolls
_MOST_OFFERED = 60  # values to choose from


@dataclass(frozen=True)
class Tile:
    """One image in the grid."""

    generated: Generated
    loading: str

    @property
    def days_left(self) -> int:
        """How many days it still lies in the recycle bin."""
        end = (self.generated.deleted_at or timezone.now()) + timedelta(days=settings.GENERATED_RETENTION_DAYS)
        return max(0, -((timezone.now() - end) // timedelta(days=1)))


@dataclass(frozen=True)
class Chip:
    """Something that narrows what is shown, and the address without it."""

    text: str
    address: str


@dataclass(frozen=True)
class Choice:
    """A value to choose."""

    value: str
    text: str


@dataclass(frozen=True)
class Facets:
    """What a library can be narrowed by, as far as it differs in it."""

    models: list[Choice]
    sizes: list[Choice]
    sources: list[Choice]


@dataclass(frozen=True)
class Page:
    """A part of a library and where in the whole it lies."""

    wish: Wish
    tiles: list[Tile]
    total: int
    number: int
    pages: int

    @property
    def newer(self) -> str:
        """Address of the page before, if there is one."""
        return self.wish.turned(self.number - 1) if self.number > 1 else ""

    @property
    def older(self) -> str:
        """Address of the page after, if there is one."""
        return self.wish.turned(self.number + 1) if self.number < self.pages else ""


def page(owner: User, wish: Wish) -> Page:
    """Return what somebody wants to see; beyond the last page that one."""
    found = listing.find(owner, wish.question)
    pages = max(1, -(-found.total // PER_PAGE))
    number = min(wish.page, pages)
    numbers = listing.part(found, wish.question.sort, page=number, limit=PER_PAGE)
    rows = {row.number: row for row in Generated.objects.of(owner).filter(number__in=numbers).select_related("image")}
    shown = [rows[one] for one in numbers if one in rows]
    tiles = [Tile(row, "eager" if at < _AT_ONCE else "lazy") for at, row in enumerate(shown)]
    return Page(wish, tiles, found.total, number, pages)


def facets(owner: User) -> Facets:
    """Return what there is to choose from; its cost hardly grows with the library."""
    shelf = terms.shelf_of(owner.pk)
    sizes = _values(shelf, terms.SIZE)
    sources = _values(shelf, terms.SOURCE)
    return Facets(
        models=_models(owner, shelf),
        sizes=[Choice(one, size_said(one)) for one in sorted(sizes, key=_area)],
        sources=[Choice(one, str(origins.words(one))) for one in sources if one],
    )


def chips(wish: Wish) -> list[Chip]:
    """Return what narrows the page, each with the way to leave it out."""
    texts = {
        "q": f"“{wish.q}”" if wish.q else "",
        "status": str(Status(wish.status).label) if wish.status and not wish.is_bin else "",
        "model": wish.model,
        "size": size_said(wish.size),
        "source": str(origins.words(wish.source)) if wish.source else "",
        "since": _("From %(day)s") % {"day": wish.since} if wish.since else "",
        "until": _("Until %(day)s") % {"day": wish.until} if wish.until else "",
    }
    return [Chip(text, wish.without(name)) for name, text in texts.items() if text]


def size_said(size: str) -> str:
    """Return `1024x768` as people write it."""
    return size.replace("x", " \u00d7 ")


def _values(shelf: str, prefix: str) -> list[str]:
    return [term.removeprefix(prefix) for term in shelves.kinds(shelf, prefix, _MOST_OFFERED)]


def _models(owner: User, shelf: str) -> list[Choice]:
    """Return the names of models, which the shelf knows by their digests only, from an image of each."""
    numbers = shelves.kinds(shelf, terms.MODEL, _MOST_OFFERED).values()
    names = Generated.objects.of(owner).filter(number__in=list(numbers)).values_list("model", flat=True)
    return [Choice(name, name) for name in sorted(set(names) - {""}, key=str.casefold)]


def _area(size: str) -> tuple[int, str]:
    width, height = map(int, size.split("x"))
    return width * height, size
