"""A full look at foreign bytes that stay as they are."""

from PIL import Image

from imagehub.images.pipeline.decoding import agreed, decoder_boundary
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe


def inspected(data: bytes, *, formats: frozenset[Format], limits: Limits) -> Facts:
    """Judge and fully decode a picture, every frame of it, and return what its header says.

    Of a JPEG every coefficient is read, at an eighth of the pixels. Raises `Refusal` and nothing else.
    """
    facts = probe(data, formats=formats, limits=limits)
    with decoder_boundary():
        image = agreed(data, facts)
        image.draft(None, (max(1, facts.width // 8), max(1, facts.height // 8)))
        for number in range(min(facts.frames, _frames(image))):
            image.seek(number)
            image.load()
    return facts


def _frames(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))
