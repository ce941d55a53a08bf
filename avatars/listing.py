"""Pictures as clients see them, in answers and in news alike; read without building model objects."""

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple, Protocol, TypedDict

from avatars.models import Picture
from imagehub.images.links import image_url
from imagehub.lib.prepared import Prepared
from imagehub.lib.times import told


class Owner(Protocol):
    """Whose pictures: an account, or what is known of it without reading it."""

    @property
    def pk(self) -> int:
        """Its primary key."""

    @property
    def public_id(self) -> str:
        """Its public id."""


class Card(TypedDict):
    """One picture, spelled as the clients of the API know it."""

    id: str
    userId: str
    fileName: str
    url: str
    isActive: bool
    isDefault: bool
    width: int
    height: int
    size: int
    contentType: str
    createdAt: str


class _Row(NamedTuple):
    """The columns behind a card, in the order in which they are read."""

    picture_id: str
    file_name: str
    active_for: int | None
    is_default: bool
    created_at: datetime
    public_id: str
    content_type: str
    width: int
    height: int
    size: int


_COLUMNS = (
    "public_id",
    "file_name",
    "active_for_id",
    "is_default",
    "created_at",
    "image__public_id",
    "image__content_type",
    "image__width",
    "image__height",
    "image__size",
)
_attributes = attrgetter(*(column.replace("__", ".") for column in _COLUMNS))


_all = Prepared(lambda: Picture.objects.filter(owner_id=1).order_by("-id").values_list(*_COLUMNS))
_active = Prepared(lambda: Picture.objects.filter(active_for_id=1).values_list(*_COLUMNS))


def pictures_of(owner: Owner) -> list[Card]:
    """Return all pictures of a user, newest first; one query."""
    return [_card(_Row(*row), owner.public_id) for row in _all.rows(owner.pk)]


def active_picture_of(owner: Owner) -> Card | None:
    """Return the picture that others see; one query."""
    return next((_card(_Row(*row), owner.public_id) for row in _active.rows(owner.pk)), None)


def card(picture: Picture, owner: Owner) -> Card:
    """Return one picture; no query when its image is loaded."""
    return _card(_Row(*_attributes(picture)), owner.public_id)


def _card(row: _Row, user_id: str) -> Card:
    return {
        "id": row.picture_id,
        "userId": user_id,
        "fileName": row.file_name,
        "url": image_url(row),
        "isActive": row.active_for is not None,
        "isDefault": row.is_default,
        "width": row.width,
        "height": row.height,
        "size": row.size,
        "contentType": row.content_type,
        "createdAt": told(row.created_at),
    }
