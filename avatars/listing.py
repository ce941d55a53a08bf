"""Pictures as clients see them, in answers and in news alike; read without building model objects."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple, TypedDict

from accounts.models import User
from avatars.models import Picture
from imagehub.images.urls import image_url


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


def pictures_of(owner: User) -> list[Card]:
    """Return all pictures of a user, newest first; one query."""
    return list(_cards(Picture.objects.of(owner).values_list(*_COLUMNS), owner))


def active_picture_of(owner: User) -> Card | None:
    """Return the picture that others see; one query."""
    return next(_cards(Picture.objects.of(owner).active().values_list(*_COLUMNS)[:1], owner), None)


def card(picture: Picture, owner: User) -> Card:
    """Return one picture; no query when its image is loaded."""
    return _card(_Row(*_attributes(picture)), owner.public_id)


def _cards(rows: Iterable[tuple[object, ...]], owner: User) -> Iterator[Card]:
    return (_card(_Row(*row), owner.public_id) for row in rows)  # type: ignore[arg-type]  # the columns' own types


def _card(row: _Row, user_id: str) -> Card:
    return {
        "id": row.picture_id,
        "userId": user_id,
        "fileName": row.file_name,
        "url": image_url(row),  # type: ignore[arg-type]  # it reads no more than these two columns
        "isActive": row.active_for is not None,
        "isDefault": row.is_default,
        "width": row.width,
        "height": row.height,
        "size": row.size,
        "contentType": row.content_type,
        "createdAt": row.created_at.isoformat().replace("+00:00", "Z"),
    }
