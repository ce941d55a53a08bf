"""Rows of images without bytes, for what never reads these."""

from typing import Any

from accounts.models import User
from imagehub.images.models import Image, Source
from imagehub.lib import ids


def image_of(owner: User, **facts: Any) -> Image:
    """Give somebody a row of an image that the library has not looked at."""
    plain = {
        "source": Source.LIBRARY,
        "key": f"library/{owner.public_id}/{ids.base62(22)}.jpg",
        "digest": "0" * 64,
        "content_type": "image/jpeg",
        "width": 640,
        "height": 480,
        "size": 1000,
    }
    return Image.objects.create(owner=owner, **plain | facts)
