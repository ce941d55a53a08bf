"""Opening a picture with the one decoder, and the boundary that every failure of it stops at."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal, damaged

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@contextmanager
def decoder_boundary() -> Iterator[None]:
    """Turn whatever a decoder raises about foreign bytes into DAMAGED; refusals pass as they are."""
    try:
        yield
    except Refusal:
        raise
    except Exception:  # noqa: BLE001  # decoders raise anything over hostile bytes: ValueError, IndexError, struct.error …
        raise damaged() from None


def opened(data: bytes, form: Format) -> Image.Image:
    """Open with the one plugin of `form`; no other plugin may look at the bytes."""
    return Image.open(io.BytesIO(data), formats=[form.codec])


def decodes(data: bytes, form: Format) -> bool:
    """Tell whether the decoder takes these bytes for a whole picture."""
    try:
        with decoder_boundary():
            opened(data, form).load()
    except Refusal:
        return False
    return True


def agreed(data: bytes, facts: Facts) -> Image.Image:
    """Open, and refuse a file whose size the decoder reads differently than the judge did."""
    image = opened(data, facts.format)
    if facts.format is not Format.AVIF and image.size != (facts.width, facts.height):
        raise damaged()
    return image


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Turn the pixels upright."""
    how = _UPRIGHT.get(orientation)
    return image if how is None else image.transpose(how)
