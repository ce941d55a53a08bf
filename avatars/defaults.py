"""The picture that stands in for a person's own; it lies once in storage and users get copies of it."""

import functools

from avatars import drawing, naming
from imagehub.images import services as images
from imagehub.images import storage
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean

SIDE = 512  # pixels
FORMATS = frozenset({Format.JPEG, Format.PNG, Format.WEBP})
MAX_BYTES = 5 * 1024 * 1024
LIMITS = Limits(bytes=MAX_BYTES)


def ensure_default_object() -> None:
    """Put the default picture in its place; one that is there already is kept, whoever put it there."""
    if not storage.exists(naming.DEFAULT_KEY):
        storage.put(naming.DEFAULT_KEY, drawing.encoded(drawing.silhouette("", SIDE), "png"))


def default_picture() -> Clean:
    """Return the default picture, judged like anybody's."""
    ensure_default_object()
    with storage.open(naming.DEFAULT_KEY) as stored:
        return _judged(stored.read())


@functools.lru_cache(maxsize=1)
def _judged(data: bytes) -> Clean:
    return images.judge(data, formats=FORMATS, limits=LIMITS)
