"""Whose images something may be done to."""

from typing import Protocol

from imagehub.images.models import Image
from imagehub.lib.errors import ImageNotFound


class Asking(Protocol):
    """Whoever asks, as far as it matters here."""

    @property
    def pk(self) -> int | None:
        """The primary key; None for a service."""

    @property
    def is_staff(self) -> bool:
        """Whether it is one of the staff."""

    @property
    def is_authenticated(self) -> bool:
        """Whether it is known who asks."""


def may_change(by: Asking, owner_id: int) -> bool:
    """Tell whether `by` may read and change what belongs to an owner: that person, staff, or a service."""
    is_service = by.is_authenticated and by.pk is None
    return by.is_staff or is_service or by.pk == owner_id


def image_kept_by(by: Asking, public_id: str) -> Image:
    """Return an image that `by` may change, or ImageNotFound whatever the reason."""
    image = next(iter(Image.objects.filter(public_id=public_id)[:1]), None)
    if image is None or not may_change(by, image.owner_id):
        raise ImageNotFound
    return image
