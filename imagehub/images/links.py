"""The addresses of images: signed ones for whoever is given them, plain ones of what anybody may see."""

import re
from typing import Protocol

from imagehub.images import presets
from imagehub.images.pipeline.formats import Format
from imagehub.lib import ids, origin, signing

ADDRESS = re.compile(
    rf"/i/(?P<image_id>{ids.PUBLIC_ID.pattern})/(?P<name>[A-Za-z0-9_.,:;~-]{{1,4096}}?)\.(?P<extension>[a-z]{{3,5}})"
)
ORIGINAL = "original"
AUTO = "auto"  # the extension of a rendition in the format that suits the caller


class Addressed(Protocol):
    """An image, or as much of its row as its address is made of."""

    @property
    def public_id(self) -> str:
        """Its public id."""

    @property
    def content_type(self) -> str:
        """The media type of its original."""


class Shown(Addressed, Protocol):
    """An image of which it is known whether anybody may see it."""

    @property
    def is_public(self) -> bool:
        """Whether it needs no signature."""


def image_url(image: Addressed, name: str = ORIGINAL, *, until: int | None = None) -> str:
    """Return the absolute signed address of an image or of a preset.

    It is the same for everybody who asks within a time slot, so that browsers can keep the picture. `until` sets
    another end, in seconds since 1970.
    """
    return origin.absolute(signing.signed(_path(image, name), expires=until))


def public_url(image: Addressed, name: str = ORIGINAL) -> str:
    """Return the absolute address of a public image or of a preset: unsigned, and the same as long as it lives."""
    return origin.absolute(_path(image, name))


def shown_url(image: Shown, name: str = ORIGINAL) -> str:
    """Return an address that a browser can show: the lasting one of a public image, a signed one of any other."""
    return public_url(image, name) if image.is_public else image_url(image, name)


def extension_of(content_type: str) -> str:
    """Return the end of a file name for a content type that we store."""
    return Format(content_type.removeprefix("image/")).extension


def recipe_url(image: Addressed, address: str, *, until: int | None = None) -> str:
    """Return the absolute signed address of what a recipe gives, in the format that suits the caller."""
    return origin.absolute(signing.signed(f"/i/{image.public_id}/{address}.{AUTO}", expires=until))


def _path(image: Addressed, name: str) -> str:
    return f"/i/{image.public_id}/{name}.{_extension(image, name)}"


def _extension(image: Addressed, name: str) -> str:
    if name == ORIGINAL:
        return extension_of(image.content_type)
    only = presets.PRESETS[name.partition(";")[0]].only
    return only.extension if only else AUTO
