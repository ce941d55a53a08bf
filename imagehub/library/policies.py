"""Whose library something may be done in."""

from collections.abc import Collection, Sequence

from imagehub.images.models import Image
from imagehub.images.policies import Asking, image_kept_by, may_change
from imagehub.lib.errors import ImageNotFound

__all__ = ["Asking", "image_kept_by", "images_kept_by"]
_BATCH = 500


def images_kept_by(by: Asking, public_ids: Collection[str]) -> list[Image]:
    """Return images that `by` may change, each once and by their keys; ImageNotFound if any is not."""
    wanted = sorted(set(public_ids))
    found = [image for start in range(0, len(wanted), _BATCH) for image in _of(wanted[start : start + _BATCH])]
    if len(found) < len(wanted) or not all(may_change(by, image.owner_id) for image in found):
        raise ImageNotFound
    return sorted(found, key=lambda image: image.pk)


def _of(public_ids: Sequence[str]) -> list[Image]:
    return list(Image.objects.filter(public_id__in=public_ids).select_related("owner"))
