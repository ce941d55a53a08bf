"""A board as whoever holds a link sees it."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from generated import boards, leaving
from generated.models import Generated, ShareLink
from imagehub.images import links, origins, presets
from imagehub.images.models import Image
from imagehub.images.pipeline.marks import Value

SLOT = 3600  # seconds during which addresses of pictures stay the same; a page holds for one to two of them
_MARKUP = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Frame:
    """A picture where it hangs, as much of it as the link gives away."""

    number: int  # on the board, from 1
    image: Image
    until: int  # when its addresses end, in seconds since 1970
    prompt: str
    parameters: Mapping[str, Value]
    download_url: str

    @property
    def sources(self) -> dict[str, int]:
        """Addresses and widths, the narrowest first."""
        wide = presets.widths(self.image.width, self.image.height)
        return {links.image_url(self.image, name, until=self.until): width for name, width in wide.items()}

    @property
    def srcset(self) -> str:
        """The same as a browser reads it."""
        return ", ".join(f"{address} {width}w" for address, width in self.sources.items())

    @property
    def small_url(self) -> str:
        """For browsers that don't choose."""
        return list(self.sources)[min(1, len(self.sources) - 1)]

    @property
    def large_url(self) -> str:
        """As large as a screen needs it."""
        return list(self.sources)[-1]


@dataclass(frozen=True)
class Exhibition:
    """What the page of a link shows."""

    link: ShareLink
    frames: list[Frame]
    linked_data: SafeString


def of(link: ShareLink, token: str) -> Exhibition:
    """Return what a link shows; one query."""
    until = end_of(link)
    frames = [
        _frame(pin.generated, number, link, (token, until))
        for number, pin in enumerate(boards.pins_of(link.board), start=1)
    ]
    return Exhibition(link, frames, _linked_data(link, frames))


def end_of(link: ShareLink) -> int:
    """Return when addresses of pictures end: soon, because they outlive a link that is taken back, never after it."""
    soon = (int(time.time()) // SLOT + 2) * SLOT
    return min(soon, int(link.expires_at.timestamp()))


def _frame(generated: Generated, number: int, link: ShareLink, way: tuple[str, int]) -> Frame:
    token, until = way
    return Frame(
        number=number,
        image=generated.image,
        until=until,
        prompt=generated.prompt if link.keeps_recipe else "",
        parameters=leaving.recipe(generated).parameters if link.keeps_recipe else {},
        download_url=reverse("shared:download", args=[token, generated.image.public_id]),
    )


def _linked_data(link: ShareLink, frames: list[Frame]) -> SafeString:
    """Return the page in the words of schema.org, as JSON that no HTML parser reads as markup."""
    data = {
        "@context": "https://schema.org",
        "@type": "ImageGallery",
        "name": link.board.name,
        "image": [_image(frame) for frame in frames],
    }
    # Without "<" nothing ends the element; beyond ASCII nothing is left that a parser could take amiss.
    return mark_safe(json.dumps(data).translate(_MARKUP))  # noqa: S308  # every character that means markup is escaped


def _image(frame: Frame) -> dict[str, object]:
    image = frame.image
    return {
        "@type": "ImageObject",
        "contentUrl": links.image_url(image, until=frame.until),
        "thumbnailUrl": frame.small_url,
        "encodingFormat": image.content_type,
        "width": image.width,
        "height": image.height,
        "digitalSourceType": origins.schema_org(image.source_type),
    } | ({"caption": frame.prompt} if frame.prompt else {})
