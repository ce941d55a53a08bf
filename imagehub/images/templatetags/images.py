"""`{% load images %}{% picture image sizes="50vw" alt="A harbour" %}`: an image that fits every screen."""

from typing import TypedDict

from django import template

from imagehub.images import links, presets
from imagehub.images.models import Image

register = template.Library()


class Attributes(TypedDict):
    """What the element is made of."""

    src: str
    srcset: str
    sizes: str
    width: int
    height: int
    colour: str
    alt: str
    loading: str


@register.inclusion_tag("components/picture.html")
def picture(
    image: Image, *, sizes: str = "100vw", alt: str = "", loading: str = "lazy", box: float | None = None
) -> Attributes:
    """Show an image in the width that the screen needs, on its own colour and in its room until it is there.

    `loading="eager"` is for the picture that the page is about. Private images get signed addresses.
    `box` is width / height of what the picture is cut to fill, where `sizes` tells the widths of that.
    """
    sources = {links.shown_url(image, name): wide for name, wide in presets.widths(image.width, image.height).items()}
    return {
        "src": list(sources)[min(1, len(sources) - 1)],
        "srcset": ", ".join(f"{address} {wide}w" for address, wide in sources.items()),
        "sizes": _cut(sizes, image.width / image.height / box) if box else sizes,
        "width": image.width,
        "height": image.height,
        "colour": image.colour,
        "alt": alt,
        "loading": loading,
    }


def _cut(sizes: str, beyond: float) -> str:
    """Return the widths of a picture that is so many times wider than the boxes it fills."""
    if beyond <= 1:
        return sizes
    entries = [entry.rpartition(" ") for entry in sizes.split(", ")]
    return ", ".join(f"{when}{gap}calc({beyond:.2f} * {width})" for when, gap, width in entries)
