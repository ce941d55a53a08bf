"""The private addresses of images."""

from imagehub.images.models import Image
from imagehub.images.pipeline.formats import Format
from imagehub.lib import origin, signing

ORIGINAL = "original"


def image_url(image: Image, name: str = ORIGINAL) -> str:
    """Return the absolute signed address of an image, or of a preset in the format that suits the caller.

    It is the same for everybody who asks within a time slot, so that browsers can keep the picture.
    """
    extension = extension_of(image.content_type) if name == ORIGINAL else "auto"
    return origin.absolute(signing.signed(f"/i/{image.public_id}/{name}.{extension}"))


def extension_of(content_type: str) -> str:
    """Return the end of a file name for a content type that we store."""
    return Format(content_type.removeprefix("image/")).extension
