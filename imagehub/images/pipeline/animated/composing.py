"""Frames as they are seen, each laid on what those before it have left."""

from collections.abc import Iterator

from PIL import Image

from imagehub.images.pipeline.animated import gif
from imagehub.images.pipeline.decoding import opened
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format

_OPAQUE = 255

Shown = tuple[Image.Image, int]


def composed(image: Image.Image, data: bytes) -> Iterator[Shown]:
    """Yield every frame of an opened animation, and its delay in milliseconds; a frame is good until the next one.

    GIF is composed as browsers do it: what is cleared becomes transparent, where Pillow would fill it with a colour.
    """
    return _composed(data, image.size) if image.format == "GIF" else _decoded(image)


def _decoded(image: Image.Image) -> Iterator[Shown]:
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        yield _plain(image) if image.mode == "RGBA" else image, image.info.get("duration", 0)


def _composed(data: bytes, size: tuple[int, int]) -> Iterator[Shown]:
    canvas = Image.new("RGBA", size)
    for layer in gif.layers(data, Facts(Format.GIF, *size)):
        before = canvas.copy() if layer.disposal == gif.RESTORE else None
        picture = opened(layer.still, Format.GIF).convert("RGBA")
        canvas.paste(picture, layer.place, picture)
        yield _plain(canvas), layer.delay
        if before:
            canvas = before
        elif layer.disposal == gif.CLEAR:
            canvas.paste(Image.new("RGBA", picture.size), layer.place)


def _plain(canvas: Image.Image) -> Image.Image:
    """Leave out the transparency of a frame that has none: it would take longer to write and leave fewer colours."""
    return canvas.convert("RGB") if canvas.getchannel("A").getextrema()[0] == _OPAQUE else canvas
