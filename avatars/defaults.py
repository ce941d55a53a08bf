"""The picture that stands in for a person's own; it lies once in storage and users get copies of it."""

import functools

from avatars import drawing, naming, uploads
from imagehub.images import storage
from imagehub.images.pipeline.sanitise import Clean

SIDE = 512  # pixels


def ensure_default_object() -> None:
    """Put the default picture in its place; one that is there already is kept, whoever put it there."""
    if not storage.exists(naming.DEFAULT_KEY):
        storage.put(naming.DEFAULT_KEY, drawing.encoded(drawing.silhouette("", SIDE), "png"))


def default_picture() -> Clean:
    """Return the default picture, judged like anybody's."""
    ensure_default_object()
    return _judged(storage.read(naming.DEFAULT_KEY))


_judged = functools.lru_cache(maxsize=1)(uploads.judge)
