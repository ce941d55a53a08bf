"""What the library tells of user pictures."""

from collections.abc import Collection

from django.urls import reverse

from avatars.models import Picture
from imagehub.images.models import Source
from imagehub.library.places import Shown

SOURCES = frozenset({Source.PICTURE})


def shown(images: Collection[int]) -> dict[int, Shown]:
    """Leave out the default picture, which nobody chose; one query."""
    page = reverse("avatars:mine")
    pictures = Picture.objects.filter(image__in=images).values_list("image", "is_default")
    return {image: Shown(page=page, is_hidden=is_default) for image, is_default in pictures}
