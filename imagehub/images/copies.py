"""Working copies of large images: small renditions are made from them, for a fraction of decoding the original.

A copy is a rendition without an address, in sRGB, made in the background once an original had to be decoded. It serves
what is so much smaller that nobody sees the difference; without it, everything is made from the original. There are two
of an image, since most of what is asked for is so small that even decoding the larger copy would be most of the work.
"""

from imagehub.images import attempts, cache, decoders, settling, shelf, storage
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.render import Spec, Use
from imagehub.images.storage import ObjectMissing
from imagehub.lib.errors import ImageNotFound, RenditionTooExpensive
from imagehub.lib.tasks import wake

SMALL_SIDE, SIDE = 1024, 2048  # pixels along the longer side
LABELS = {SMALL_SIDE: "copy-small", SIDE: "copy"}
_WORTH = 1.45
"""How much longer than its copy an original is at least, and how much larger than what is made of it a copy."""

_QUALITY = {Format.JPEG: 85, Format.WEBP: 90}


def is_worth(image: Image) -> bool:
    """Tell whether an image is so large that copies pay."""
    return max(image.width, image.height) >= SIDE * _WORTH


def serves(image: Image, wish: Spec) -> bool:
    """Tell whether a copy has enough pixels for what is asked for."""
    return is_worth(image) and _needed(image, wish) <= SIDE


def _needed(image: Image, wish: Spec) -> float:
    """Return how long a copy has to be."""
    across, down = wish.width / image.width, wish.height / image.height
    scale = min(across, down) if wish.fit == "inside" else max(across, down)
    return scale * max(image.width, image.height) * _WORTH


def read(image: Image, wish: Spec) -> bytes | None:
    """Return the bytes of the smallest copy that serves; None where there is none. One that is missed is asked for."""
    names = [_file_name(image, side) for side in LABELS if side >= _needed(image, wish)]
    kept = shelf.ALL.find(image.public_id, names)
    there = ((name, data) for name in names if name in kept and (data := _bytes(kept[name])))
    name, found = next(there, ("", None))
    if name != names[0]:
        wake("imagehub.images.tasks.copy", image.pk)
    return found


def _bytes(kept: Rendition) -> bytes | None:
    try:
        data = storage.read(kept.key)
    except ObjectMissing:
        return None
    cache.note_use(kept)
    return data


def make(image: Image) -> list[Rendition]:
    """Make those copies of an image that are not there, and return both; none of one that needs none or can't be read.

    The small one is made from the other.
    """
    if not is_worth(image):
        return []
    try:
        with attempts.attempted(f"{image.public_id}/copies"):
            large = _there(image, SIDE) or _made(image, SIDE, settling.original(image))
            small = _there(image, SMALL_SIDE) or _made(image, SMALL_SIDE, storage.read(large.key))
    except (Refusal, ImageNotFound, RenditionTooExpensive, settling.Outdated):
        return []
    return [small, large]


def _there(image: Image, side: int) -> Rendition | None:
    """Return a copy whose object is there; forget one that has lost it."""
    name = _file_name(image, side)
    kept = shelf.ALL.find(image.public_id, [name]).get(name)
    if kept and not storage.exists(kept.key):
        cache.drop([kept])
        return None
    return kept


def _made(image: Image, side: int, data: bytes) -> Rendition:
    form = _format(image)
    spec = Spec(side, side, "inside", form, _QUALITY[form], use=Use.DECODED)
    return settling.keep(image, LABELS[side], decoders.render(data, spec))


def _format(image: Image) -> Format:
    """Return JPEG where nothing can be transparent."""
    return Format.JPEG if image.content_type == Format.JPEG.content_type else Format.WEBP


def _file_name(image: Image, side: int) -> str:
    return f"{LABELS[side]}.{_format(image).extension}"
