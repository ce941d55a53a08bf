"""What the pages of the library share."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

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
    owner = signed_in(request)
    shelving.catch_up(owner)
    known = Entry.objects.of(owner).with_images() if ids.is_public_id(image_id) else Entry.objects.none()
    entry = known.filter(image__public_id=image_id).first()
    if entry is None:
        raise ImageNotFound
    return entry
