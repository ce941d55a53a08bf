"""Pictures as whoever holds a link sees them."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.safestring import SafeString, mark_safe

from imagehub.images import animations, links, origins, presets
from imagehub.images.models import Image
from imagehub.images.pipeline.marks import Value
from imagehub.images.sharing.links import Link

SLOT = 3600  # seconds during which addresses of pictures stay the same; a page holds for one to two of them
_MARKUP = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Frame:
    """A picture where it hangs, as much of it as the link gives away."""

    number: int  # where it hangs, from 1
    image: Image
    until: int  # when its addresses end, in seconds since 1970
    prompt: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    download_url: str = ""  # empty: it is to be looked at only

    @cached_property
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

    @cached_property
    def moving_url(self) -> str:
        """Where it moves; empty for a still, and for what takes too long to be made smaller."""
        name = animations.moving(self.image)
        return links.image_url(self.image, name, until=self.until) if name else ""

    @property
    def content_url(self) -> str:
        """The picture itself, where it may be taken away, or else what is shown of it."""
        return links.image_url(self.image, until=self.until) if self.download_url else self.large_url


@dataclass(frozen=True)
class Exhibition:
    """What the page of a link shows."""

    link: Link
    title: str
    owner: str  # the name of whoever shares it
    frames: list[Frame]
    total: int  # on all pages
    archive_url: str = ""  # of everything in one file; empty: there is none
    earlier: int = 0  # the page before, if there is one
    later: int = 0  # likewise

    @property
    def linked_data(self) -> SafeString:
        """The page in the words of schema.org."""
        return linked_data(self.title, self.frames)


def end_of(link: Link) -> int:
    """Return when addresses of pictures end: soon, because they outlive a link that is taken back, never after it."""
    soon = (int(time.time()) // SLOT + 2) * SLOT
    return min(soon, int(link.expires_at.timestamp()))


def linked_data(name: str, frames: Iterable[Frame]) -> SafeString:
    """Return the page in the words of schema.org, as JSON that no HTML parser reads as markup."""
    data = {
        "@context": "https://schema.org",
        "@type": "ImageGallery",
        "name": name,
        "image": [_image(frame) for frame in frames],
    }
    # Without "<" nothing ends the element; beyond ASCII nothing is left that a parser could take amiss.
    return mark_safe(json.dumps(data).translate(_MARKUP))  # noqa: S308  # every character that means markup is escaped


def _image(frame: Frame) -> dict[str, object]:
    image = frame.image
    term = origins.schema_org(image.source_type)
    return {
        "@type": "ImageObject",
        "contentUrl": frame.content_url,
        "thumbnailUrl": frame.small_url,
        "width": image.width,
        "height": image.height,
        **({"encodingFormat": image.content_type} if frame.download_url else {}),
        **({"digitalSourceType": term} if term else {}),
        **({"caption": frame.prompt} if frame.prompt else {}),
    }
