"""What other surfaces say of the images that belong to them.

An app with images of its own names a module (`shows_with = "some.module"` on its AppConfig) with what `Shower`
says. Whatever changes what it would say calls `images.services.relist` in the same transaction.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from django.apps import apps

from imagehub.images.models import Image, Source


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
    """Return what their surfaces say of images, by key; a query or two for each surface among them."""
    found: dict[int, Shown] = {}
    for shower in _showers():
        if theirs := [image.pk for image in images if image.source in shower.SOURCES]:
            found |= shower.shown(theirs)
    return found


def used(image: Image) -> list[Place]:
    """Return where an image is used."""
    told = shown([image]).get(image.pk)
    return [Place(Source(image.source), told.title, told.page)] if told and told.page else []


def _showers() -> Iterator[Shower]:
    for app in apps.get_app_configs():
        if module := getattr(app, "shows_with", ""):
            yield cast("Shower", import_module(module))
