"""A full look at foreign bytes that stay as they are."""

from PIL import Image

from imagehub.images.pipeline.decoding import agreed, decoder_boundary
from imagehub.images.pipeline.facts import Facts


def inspect(data: bytes, facts: Facts) -> None:
    """Fully decode a picture whose header was judged, every frame of it.

    Of a JPEG every coefficient is read, at an eighth of the pixels. Raises `Refusal` and nothing else.
    """
    with decoder_boundary():
        image = agreed(data, facts)
        image.draft(None, (max(1, facts.width // 8), max(1, facts.height // 8)))
        for number in range(min(facts.frames, _frames(image))):
            image.seek(number)
            image.load()


def _frames(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))
