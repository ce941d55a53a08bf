"""What the pages of the library share."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from imagehub.images.models import Image
from imagehub.lib import ids
from imagehub.lib.errors import ImageNotFound
from imagehub.library import shelving
from imagehub.library.models import Entry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def signed_in(request: HttpRequest) -> "AbstractUser":
    """Return who asks for a page that lets in nobody without an account."""
    return cast("AbstractUser", request.user)


def entry_of(request: HttpRequest, image_id: str) -> Entry:
    """Return an image of the caller's own library, or ImageNotFound."""
    known = Image.objects.filter(owner_id=signed_in(request).pk) if ids.is_public_id(image_id) else Image.objects.none()
    image = known.filter(public_id=image_id).first()
    if image is None:
        raise ImageNotFound
    return shelving.entry_of(image)
