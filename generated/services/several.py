"""The same done to several images, each in a transaction of its own."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from imagehub.lib.errors import Conflict, ImageNotFound


def each(image_ids: Iterable[str], change: Callable[[str], object]) -> list[str]:
    """Change images one by one, and tell which were: one that is gone or can't be changed stops no other."""
    changed: list[str] = []
    for image_id in image_ids:
        with suppress(ImageNotFound, Conflict):
            change(image_id)
            changed.append(image_id)
    return changed
