"""What other surfaces say of the images that belong to them.

An app with images of its own names a module (`shows_with = "some.module"` on its AppConfig) with what `Shower`
says. Whatever changes what it would say calls `images.services.relist` in the same transaction.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Protocol, cast

from django.apps import apps
from django.db.models import QuerySet

from imagehub.editor import revisions
from imagehub.editor.models import Edit, EditQuerySet
from imagehub.images.models import Image, Source
from imagehub.library.models import LONGEST_TITLE, Entry

GENERATIONS = 8  # of edits of edits which the library has not looked at: what is behind them is told by a later look


@dataclass(frozen=True)
class Shown:
    """An image as its surface knows it."""

    title: str = ""
    page: str = ""  # the address of the page where it is used; empty for none
    is_hidden: bool = False  # whether the library leaves it out
    words: str = ""  # text besides the title by which it is found


@dataclass(frozen=True)
class Place:
    """A page where an image is used."""

    source: Source
    title: str
    url: str


class Shower(Protocol):
    """The module of an app that shows images."""

    SOURCES: Collection[Source]
    """Whose images are the app's."""

    def shown(self, images: Collection[int]) -> dict[int, Shown]:
        """Tell of images by their keys; what the app doesn't know is left out."""


def shown(images: Collection[Image]) -> dict[int, Shown]:
    """Return what there is to say of images, by key; a query or two for each surface among them."""
    edited = {image: Shown(title=title) for image, title in _edited(images, GENERATIONS).items()}
    found = of_surfaces(images) | edited
    for hidden in revisions.hidden(images, among=outside_the_bin()):
        found[hidden] = replace(found.get(hidden, Shown()), is_hidden=True)
    return found


def titles(images: Collection[Image], generations: int = GENERATIONS) -> dict[int, str]:
    """Return by which titles the library knows images or will once it has looked at them, by key; not the empty ones.

    One query where it has looked at all of them, else a few for each generation of edits.
    """
    entries = {entry.picture.pk: entry for entry in Entry.objects.filter(image__in=images).select_related("image")}
    fresh = [image for image in images if not image.is_listed or image.pk not in entries]
    told = {key: entry.title for key, entry in entries.items()}
    if fresh:
        told |= {key: shown.title[:LONGEST_TITLE] for key, shown in of_surfaces(fresh).items()}
        told |= _edited(fresh, generations)
    told |= {key: entry.own_title for key, entry in entries.items() if entry.own_title}
    return {key: title for key, title in told.items() if title}


def outside_the_bin() -> EditQuerySet:
    """Return the edits that can stand for their originals: what is in the recycle bin gives its place back."""
    return Edit.objects.filter(image__entry__binned_at=None)


def of_surfaces(images: Collection[Image]) -> dict[int, Shown]:
    """Return what their surfaces say of images, by key."""
    found: dict[int, Shown] = {}
    for shower in _showers():
        if theirs := [image.pk for image in images if image.source in shower.SOURCES]:
            found |= shower.shown(theirs)
    return found


def used(image: Image) -> list[Place]:
    """Return where an image is used."""
    return [place for _image, place in used_among([image])]


def used_among(images: Iterable[Image]) -> list[tuple[Image, Place]]:
    """Return which of these images are used, and where."""
    each = list(images)
    told = of_surfaces(each)
    pages = ((image, told.get(image.pk, Shown())) for image in each)
    return [(image, Place(Source(image.source), one.title, one.page)) for image, one in pages if one.page]


def named_after(images: Collection[int | None]) -> QuerySet[Image]:
    """Return the edits that go by the titles of what has these keys."""
    return Image.objects.filter(edit__parent__in=images)


def _edited(images: Collection[Image], generations: int) -> dict[int, str]:
    """Return the titles of edits by key, which are those of what they were made from."""
    edits = [image for image in images if image.source == Source.EDIT]
    if not edits or not generations:
        return {}
    made = Edit.objects.filter(image__in=edits).select_related("parent")
    parents = {edit.image_id: edit.parent for edit in made if edit.parent is not None}
    known = titles(set(parents.values()), generations - 1)
    return {image: known.get(parent.pk, "") for image, parent in parents.items()}


def _showers() -> Iterator[Shower]:
    for app in apps.get_app_configs():
        if module := getattr(app, "shows_with", ""):
            yield cast("Shower", import_module(module))
