"""Working copies of large images: small renditions are made from them, for a fraction of decoding the original.

A copy is a rendition without an address, in sRGB, made in the background once an original had to be decoded. It serves
what is so much smaller that nobody sees the difference; without it, everything is made from the original.
"""

from imagehub.images import cache, decoders, settling, storage
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.render import Rendered, Spec, Use
from imagehub.images.storage import ObjectMissing
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.tasks import wake

LABEL = "copy"
SIDE = 2048  # pixels along the longer side
_WORTH = 1.45
"""How much longer than its copy an original is at least, and how much larger than what is made of it a copy."""

_QUALITY = {Format.JPEG: 85, Format.WEBP: 90}


def is_worth(image: Image) -> bool:
    """Tell whether an image is so large that a copy pays."""
    return max(image.width, image.height) >= SIDE * _WORTH


def serves(image: Image, wish: Spec) -> bool:
    """Tell whether a copy has enough pixels for what is asked for."""
    if not is_worth(image):
        return False
    across, down = wish.width / image.width, wish.height / image.height
    scale = min(across, down) if wish.fit == "inside" else max(across, down)
    return scale * max(image.width, image.height) * _WORTH <= SIDE


def read(image: Image) -> bytes | None:
    """Return the bytes of an image's copy; None, and one is asked for, where there is none."""
    kept = next(iter(Rendition.objects.filter(image=image, name=_file_name(image))[:1]), None)
    try:
        data = storage.read(kept.key) if kept else None
    except ObjectMissing:
        data = None
    if kept and data:
        cache.note_use(kept)
    else:
        wake("imagehub.images.tasks.copy", image.pk)
    return data


def make(image: Image) -> Rendition | None:
    """Make an image's copy unless it is there; None for an image that needs none or can't be read."""
    if not is_worth(image):
        return None
    kept = next(iter(Rendition.objects.filter(image=image, name=_file_name(image))[:1]), None)
    if kept and storage.exists(kept.key):
        return kept
    if kept:
        cache.drop([kept])
    try:
        return settling.keep(image, LABEL, _rendered(image))
    except (Refusal, ImageNotFound):
        return None


def _rendered(image: Image) -> Rendered:
    format_ = _format(image)
    return decoders.render(settling.original(image), spec(format_))


def spec(format_: Format) -> Spec:
    """Return what a copy is."""
    return Spec(SIDE, SIDE, "inside", format_, _QUALITY[format_], use=Use.DECODED)


def _format(image: Image) -> Format:
    """Return JPEG where nothing can be transparent."""
    return Format.JPEG if image.content_type == Format.JPEG.content_type else Format.WEBP


def _file_name(image: Image) -> str:
    return f"{LABEL}.{_format(image).extension}"
