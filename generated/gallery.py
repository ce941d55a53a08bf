"""A library as its page shows it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import User
from generated import listing, origins
from generated.facets import size_said
from generated.models import Generated, Status
from generated.wishes import Wish
from imagehub.api.narrowing import Page

PER_PAGE = 60
_AT_ONCE = 12  # pictures that are loaded before anybody scrolls


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


def page(owner: User, wish: Wish) -> Page[Tile]:
    """Return what somebody wants to see; beyond the last page that one."""
    found = listing.find(owner, wish.question)
    pages = max(1, -(-found.total // PER_PAGE))
    number = min(wish.page, pages)
    numbers = listing.part(found, wish.question.sort, page=number, limit=PER_PAGE)
    rows = {row.number: row for row in Generated.objects.of(owner).filter(number__in=numbers).select_related("image")}
    shown = [rows[one] for one in numbers if one in rows]
    tiles = [Tile(row, "eager" if at < _AT_ONCE else "lazy") for at, row in enumerate(shown)]
    return Page(wish, tiles, found.total, number, pages)


def chips(wish: Wish) -> list[Chip]:
    """Return what narrows the page, each with the way to leave it out."""
    texts = {
        "q": _("“%(words)s”") % {"words": wish.q} if wish.q else "",
        "status": str(Status(wish.status).label) if wish.status and not wish.is_bin else "",
        "model": wish.model,
        "size": size_said(wish.size),
        "source": str(origins.words(wish.source)) if wish.source else "",
        "since": _("From %(day)s") % {"day": _on(wish.since)} if wish.since else "",
        "until": _("Until %(day)s") % {"day": _on(wish.until)} if wish.until else "",
    }
    return [Chip(text, wish.without(name)) for name, text in texts.items() if text]


def _on(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
