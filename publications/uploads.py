"""What is taken as a photo of a publication."""

from typing import TYPE_CHECKING

from imagehub.images import services as images
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean, Reading
from imagehub.lib.errors import FileTooLarge

if TYPE_CHECKING:
    from django.core.files import File  # generic for the type checker only

FORMATS = frozenset({Format.JPEG, Format.PNG})
LIMITS = Limits(bytes=5 * 1024 * 1024)


def judge(data: bytes) -> Clean:
    """Return foreign bytes as a clean picture of which the content is known, or refuse them."""
    return images.judge(data, formats=FORMATS, limits=LIMITS, reading=Reading.PIXELS)


def judge_file(file: "File[bytes]") -> Clean:
    """Return an uploaded file as a clean picture, or refuse it; one that is too long is not even read."""
    if file.size > LIMITS.bytes:
        raise FileTooLarge
    return judge(file.read())
