"""What a link out of a library shows and lets take away."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from imagehub.images import archives
from imagehub.images.archives import Part
from imagehub.images.links import extension_of
from imagehub.images.models import Image
from imagehub.images.pipeline import recipes
from imagehub.images.pipeline.marks import Marks
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.sharing import frames
from imagehub.images.sharing.frames import Exhibition, Frame
from imagehub.images.storage import ObjectMissing
from imagehub.lib import ids
from imagehub.lib.words import words
from imagehub.library.models import Entry, ShareLink

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from imagehub.library.models.albums import Placed  # names only, as above

PER_PAGE = 100
_NOTHING = Marks()
_WORDS, _LONGEST_NAME = 6, 60  # of a title that a file's name is made of


def of(link: ShareLink, token: str, page: int) -> Exhibition:
    """Return a page of what a link shows; beyond the last one that one."""
    total = _items(link).count()
    pages = max(1, -(-total // PER_PAGE))
    number = min(page, pages)
    start = (number - 1) * PER_PAGE
    entries = entries_of(link, start, PER_PAGE)
    return Exhibition(
        link=link,
        title=title_of(link),
        owner=link.owner.get_username(),
        frames=_frames(link, token, entries, start),
        total=total,
        archive_url=reverse("links:archive", args=[token]) if link.allows_download else "",
        earlier=number - 1,
        later=number + 1 if number < pages else 0,
    )


def title_of(link: ShareLink) -> str:
    """Return what stands above the pictures."""
    return link.album.name if link.album else link.name or _("Pictures")


def entries_of(link: ShareLink, start: int, length: int) -> list[Entry]:
    """Return a part of what a link shows, in its order; one query."""
    rows = _items(link).order_by("position", "id").select_related("entry__image")
    return [item.entry for item in rows[start : start + length]]


def image_behind(link: ShareLink, image_id: str) -> Entry | None:
    """Return a picture that a link shows, or None for any other."""
    rows = _items(link).filter(entry__image__public_id=image_id) if ids.is_public_id(image_id) else None
    item = next(iter(rows.select_related("entry__image")[:1]), None) if rows is not None else None
    return item.entry if item else None


def part_of(link: ShareLink, entry: Entry, marks: Marks | None) -> Part:
    """Return a file as it leaves: with its title, prompt and parameters only if the link gives them away."""
    image = image_of(entry)
    told = marks if link.keeps_recipe else None
    return Part(_file_name(link, entry), entry.created_at, partial(_leaving, image, told))


def parts_of(link: ShareLink) -> Iterable[Part]:
    """Yield all files that a link gives away at the beginning and has not lost since, some hundred rows at a time."""
    # By keys: counted from the start, what goes meanwhile would take others along.
    order = list(_items(link).order_by("position", "id").values_list("pk", flat=True))
    for start in range(0, len(order), PER_PAGE):
        items = _items(link).select_related("entry__image").in_bulk(order[start : start + PER_PAGE])
        entries = [items[key].entry for key in order[start : start + PER_PAGE] if key in items]
        told = marks_of(link, entries)
        yield from (part_of(link, entry, told.get(image_of(entry).pk)) for entry in entries)


def marks_of(link: ShareLink, entries: Iterable[Entry]) -> dict[int, Marks]:
    """Return prompts and parameters by the keys of images, as far as the link gives them away and surfaces know them.

    An app that does names a function for it (`tells_recipes_with = "some.module.function"` on its AppConfig).
    """
    if not link.keeps_recipe:
        return {}
    images = [image_of(entry) for entry in entries]
    paths = [path for app in apps.get_app_configs() if (path := getattr(app, "tells_recipes_with", ""))]
    return {key: marks for path in paths for key, marks in import_string(path)(images).items()}


def image_of(entry: Entry) -> Image:
    """Return the image of an entry that shows, which has one."""
    return cast("Image", entry.image)


def _items(link: ShareLink) -> "QuerySet[Placed]":
    return link.album.items.live() if link.album else link.items.live()


def _frames(link: ShareLink, token: str, entries: list[Entry], start: int) -> list[Frame]:
    until, told = frames.end_of(link), marks_of(link, entries)
    return [
        _frame(link, token, entry, Frame(number, image_of(entry), until), told.get(image_of(entry).pk, _NOTHING))
        for number, entry in enumerate(entries, start + 1)
    ]


def _frame(link: ShareLink, token: str, entry: Entry, bare: Frame, marks: Marks) -> Frame:
    image = bare.image
    way = [token, image.public_id, extension_of(image.content_type)]
    return Frame(
        number=bare.number,
        image=image,
        until=bare.until,
        prompt=(marks.prompt or entry.title) if link.keeps_recipe else "",
        parameters=marks.parameters,
        download_url=reverse("links:download", args=way) if link.allows_download else "",
    )


def _file_name(link: ShareLink, entry: Entry) -> str:
    image = image_of(entry)
    extension = extension_of(image.content_type)
    said = "-".join(words(entry.title)[:_WORDS])[:_LONGEST_NAME].strip("-") if link.keeps_recipe else ""
    return f"{said}-{image.public_id[:8]}.{extension}" if said else f"imagehub-{image.public_id}.{extension}"


def _leaving(image: Image, marks: Marks | None) -> bytes:
    """Return the stored bytes, which tell nothing of how they came to be, or with what surfaces know of that."""
    data = archives.bytes_of(image)
    if marks is None:
        return data
    try:
        return recipes.with_parameters(data, marks)
    except Refusal as damage:
        raise ObjectMissing from damage
