"""The typefaces of texts on pictures, as files for the browser."""

from imagehub.images.pipeline.editing import drawing
from imagehub.lib.errors import NotFound


def read(name: str) -> bytes:
    """Return a typeface by its name, all weights in one file; NotFound for any other."""
    if name not in drawing.TYPEFACES:
        raise NotFound
    return drawing.typeface(name)
