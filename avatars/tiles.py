"""A person's pictures as the page shows them."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from avatars.models import Picture
from imagehub.images.links import image_url
from imagehub.lib import origin

MOST = 300  # picture elements that one page holds


@dataclass(frozen=True)
class Tile:
    """One picture in the grid."""

    id: str
    image_id: str
    file_name: str
    url: str  # of the square rendition
    fine_url: str  # of the same for dense screens
    colour: str
    is_active: bool
    width: int
    height: int
    created_at: datetime


def of(owner: User) -> list[Tile]:
    """Return the newest pictures of a user; one query."""
    pictures = Picture.objects.of(owner).select_related("image")[:MOST]
    return [_tile(picture) for picture in pictures]


def avatar_address(owner: User) -> str:
    """Return the address under which anybody may show this person's face."""
    return origin.absolute(f"/avatar/{owner.public_id}")


def _tile(picture: Picture) -> Tile:
    return Tile(
        id=picture.public_id,
        image_id=picture.image.public_id,
        file_name=picture.file_name,
        url=image_url(picture.image, "avatar-256"),
        fine_url=image_url(picture.image, "avatar-512"),
        colour=picture.image.colour,
        is_active=picture.is_active,
        width=picture.image.width,
        height=picture.image.height,
        created_at=picture.created_at,
    )
