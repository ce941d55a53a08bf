"""Whose images may be edited by whom."""

from typing import Protocol

from imagehub.images.models import Image
from imagehub.lib.errors import ImageNotFound


class Editor(Protocol):
    """Whoever asks, as far as it matters here."""

    @property
    def pk(self) -> int | None:
        """The primary key; None for a service."""

    @property
    def is_staff(self) -> bool:
        """Whether it is one of the staff."""


def image_seen_by(by: Editor, public_id: str) -> Image:
    """Return an image that `by` may edit, or ImageNotFound whatever the reason."""
    image = next(iter(Image.objects.filter(public_id=public_id)[:1]), None)
    if image is None or not (by.is_staff or by.pk == image.owner_id):
        raise ImageNotFound
    return image
