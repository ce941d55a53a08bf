"""A library as its page shows it: where its pictures lie, and what each of them is."""

import base64
import struct
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, cast

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imagehub.api import shelves
from imagehub.api.narrowing import Page
from imagehub.images import animations, presets
from imagehub.images.links import shown_url
from imagehub.images.models import Image
from imagehub.images.pipeline.marks import Origin
from imagehub.lib import ids
from imagehub.library import browsing, terms
from imagehub.library.models import Entry
from imagehub.library.wishes import Wish

PER_PAGE = 60  # where pages are turned
MOST_MONTHS = 600
_SHAPE = struct.Struct(">H3s")  # a thousand times width / height, and a colour
_MOST_RATIO = 65_535


class Tile(TypedDict):
    """One picture of the grid, as the page's script knows it."""

    id: str
    title: str
    page: str
    src: str
    srcset: str
    width: int
    height: int
    colour: str
    ai: bool
    moving: str  # the address of the moving picture; empty for a still
    note: str


class Names(TypedDict):
    """Pictures of the list for choosing them: all, and those among them that move."""

    ids: list[str]
    moving: list[str]


@dataclass(frozen=True)
class Month:
    """A month in which something came in, and where it begins in the list."""

    name: str  # `2026-11`
    text: str
    year: str
    start: int
    address: str  # the end of that of its page, where pages are turned


def page(owner: Model, wish: Wish, found: shelves.Found) -> Page[Tile]:
    """Return one page of what was found; beyond the last one that one."""
    pages = max(1, -(-found.total // PER_PAGE))
    wanted = place_of(owner, wish.at, found) // PER_PAGE + 1 if wish.at else wish.page
    number = min(wanted, pages)
    return Page(wish, tiles(owner, found, (number - 1) * PER_PAGE, PER_PAGE), found.total, number, pages)


def place_of(owner: Model, image_id: str, found: shelves.Found) -> int:
    """Return how many come before an image, or would if it were among what was found; 0 for an unknown one."""
    known = Entry.objects.of(owner).filter(image__public_id=image_id) if ids.is_public_id(image_id) else None
    number = next(iter(known.values_list("number", flat=True)[:1]), None) if known is not None else None
    return 0 if number is None else min(found.higher(number), max(0, found.total - 1))


def shapes(owner: Model, found: shelves.Found, start: int, length: int) -> str:
    """Return proportions and colours of a part of the list, five bytes each, in base64; one query."""
    numbers = found.newest(start, length)
    columns = ("number", "image__width", "image__height", "image__colour")
    rows = Entry.objects.of(owner).filter(number__in=numbers, image__isnull=False).values_list(*columns)
    known = {number: _shape(width, height, colour) for number, width, height, colour in rows}
    lost = _shape(1, 1, "#808080")
    return base64.b64encode(b"".join(known.get(number, lost) for number in numbers)).decode()


def names(owner: Model, found: shelves.Found, start: int, length: int) -> Names:
    """Return the public ids of a part of the list, and which of them move; one query."""
    numbers = found.newest(start, length)
    rows = Entry.objects.of(owner).filter(number__in=numbers, image__isnull=False)
    columns = ("number", "image__public_id", "image__frames")
    known = {number: (image, frames) for number, image, frames in rows.values_list(*columns)}
    listed = [known[number] for number in numbers if number in known]
    return {"ids": [image for image, _ in listed], "moving": [image for image, frames in listed if frames > 1]}


def tiles(owner: Model, found: shelves.Found, start: int, length: int) -> list[Tile]:
    """Return a part of the list, the newest first; one query."""
    return [tile(entry) for entry in browsing.entries(owner, found, start, length)]


def tile(entry: Entry) -> Tile:
    """Return one picture, whose image is loaded."""
    image = _image(entry)
    sources = {shown_url(image, name): wide for name, wide in presets.widths(image.width, image.height).items()}
    return {
        "id": image.public_id,
        "title": label_of(entry),
        "page": reverse("library:image", args=[image.public_id]),
        "src": list(sources)[min(1, len(sources) - 1)],
        "srcset": ", ".join(f"{address} {wide}w" for address, wide in sources.items()),
        "width": image.width,
        "height": image.height,
        "colour": image.colour,
        "ai": image.origin == Origin.AI,
        "moving": shown_url(image, name) if (name := animations.moving_or_original(image)) else "",
        "note": _left(entry),
    }


def label_of(entry: Entry) -> str:
    """Return by which words a picture goes: its title, or else since when it is there."""
    if entry.title:
        return str(entry.title)
    return _("Picture of %(day)s") % {"day": formats.date_format(entry.created_at, "DATE_FORMAT")}


def months(owner: Model, wish: Wish, found: shelves.Found) -> list[Month]:
    """Return the months of what was found, the latest first; two queries however much it is."""
    highest = shelves.kinds(terms.shelf_of(owner.pk), terms.MONTH, MOST_MONTHS)
    begun = [(term.removeprefix(terms.MONTH), found.higher(last)) for term, last in highest.items()]
    latest_first = sorted(begun, reverse=True)
    ends = [*(start for _name, start in latest_first), found.total][1:]
    return [_month(wish, name, start) for (name, start), end in zip(latest_first, ends, strict=True) if end > start]


def _month(wish: Wish, name: str, start: int) -> Month:
    year, month = name.split("-")
    text = formats.date_format(date(int(year), int(month), 1), "YEAR_MONTH_FORMAT")
    return Month(name, text, year, start, wish.turned(start // PER_PAGE + 1))


def _image(entry: Entry) -> Image:
    return cast("Image", entry.image)  # every entry of a list has its own


def _shape(width: int, height: int, colour: str) -> bytes:
    return _SHAPE.pack(max(1, min(_MOST_RATIO, round(1000 * width / height))), bytes.fromhex(colour[1:]))


def _left(entry: Entry) -> str:
    """Say how long something still lies in the bin."""
    if entry.binned_at is None:
        return ""
    end = entry.binned_at + timedelta(days=settings.LIBRARY_RETENTION_DAYS)
    days = max(0, -((timezone.now() - end) // timedelta(days=1)))
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
