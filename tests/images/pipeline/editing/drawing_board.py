"""What the tests of recipes share: pictures in, pixels out."""

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageChops, ImageStat

from imagehub.images.pipeline.editing.engine import Output, edited
from imagehub.images.pipeline.editing.grammar import read
from imagehub.images.pipeline.formats import Format
from tests.corpus import build

Item = dict[str, Any]
NOTHING: Item = {"op": "brightness", "value": 1}
"""Changes no pixel, and keeps what follows from being done by the decoder."""


def png(image: Image.Image, **options: Any) -> bytes:
    return build.encoded(image, "PNG", **options)


def made(
    picture: Image.Image | bytes,
    *recipe: Item,
    form: Format = Format.PNG,
    width: int | None = None,
    overlays: Mapping[str, Image.Image] | None = None,
) -> Image.Image:
    data = picture if isinstance(picture, bytes) else png(picture)
    others = {name: png(image) for name, image in (overlays or {}).items()}
    rendered = edited(data, read(list(recipe)), Output(form, 95, width), others)
    image = Image.open(io.BytesIO(rendered.data))
    image.load()
    assert (rendered.format, rendered.width, rendered.height) == (form, *image.size)
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    """The largest mean difference of a channel of 255; what is transparent counts less."""
    assert one.size == other.size
    weighed = [
        Image.frombytes("RGBA", image.size, image.convert("RGBA").convert("RGBa").tobytes()) for image in (one, other)
    ]
    return max(ImageStat.Stat(ImageChops.difference(*weighed)).mean)


def same(one: Image.Image, other: Image.Image) -> bool:
    return (one.mode, one.size, one.tobytes()) == (other.mode, other.size, other.tobytes())


def smooth(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Draw the corpus's picture with soft edges, so that it is the same at any size."""
    return build.picture(mode, (480, 360)).resize((60, 45), Image.Resampling.BOX).resize(size, Image.Resampling.BICUBIC)


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return found
