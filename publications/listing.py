"""Publications and photos as clients see them, in answers and in news alike."""

from collections.abc import Sequence
from typing import TypedDict

from django.db.models import Prefetch

from imagehub.images.links import public_url
from imagehub.lib.times import told
from publications import tallies
from publications.models import Photo, Publication
from publications.tallies import Shelf


class Item(TypedDict):
    """One photo, spelled as the clients of the API know it."""

    id: str
    imageUri: str
    altText: str
    position: int
    width: int
    height: int
    size: int
    contentType: str
    createdAt: str


class Card(TypedDict):
    """One publication, spelled as the clients of the API know it."""

    id: str
    title: str
    description: str
    ownerId: str
    imageCount: int
    images: list[str]
    createdAt: str
    updatedAt: str


class Pagination(TypedDict):
    """Where a page is."""

    page: int
    limit: int
    total: int
    pages: int


class Page(TypedDict):
    """Some publications out of many."""

    publications: list[Card]
    pagination: Pagination


def page(shelf: Shelf, *, number: int, limit: int) -> Page:
    """Return a page of a shelf, newest first; four queries, and the same work wherever the page is."""
    publications, total = publications_on(shelf, number=number, limit=limit)
    return {
        "publications": [_card(publication, list(publication.photos.all())) for publication in publications],
        "pagination": {"page": number, "limit": limit, "total": total, "pages": -(-total // limit)},
    }


def publications_on(shelf: Shelf, *, number: int, limit: int) -> tuple[list[Publication], int]:
    """Return a page of publications with owners, photos and images loaded, and how many the shelf holds."""
    place = tallies.place(shelf, (number - 1) * limit, limit)
    # First the keys, from an index alone: what is skipped is not read.
    near = tallies.standing_on(shelf).filter(pk__lt=place.below, pk__gte=place.least).order_by("-pk")
    keys = list(near.values_list("pk", flat=True)[place.skip : place.skip + limit])
    photos = Prefetch("photos", Photo.objects.select_related("image").order_by("position"))
    rows = Publication.objects.filter(pk__in=keys).select_related("owner").prefetch_related(photos)
    return list(rows.order_by("-pk")), place.total


def card(publication: Publication) -> Card:
    """Return one publication; one query when its owner is loaded."""
    return _card(publication, _photos(publication))


def items(publication: Publication) -> list[Item]:
    """Return the photos of a publication in order; one query."""
    return [photo_item(photo) for photo in _photos(publication)]


def photo_item(photo: Photo) -> Item:
    """Return one photo; no query when its image is loaded."""
    image = photo.image
    return {
        "id": image.public_id,
        "imageUri": public_url(image),
        "altText": photo.alt_text,
        "position": photo.position,
        "width": image.width,
        "height": image.height,
        "size": image.size,
        "contentType": image.content_type,
        "createdAt": told(photo.created_at),
    }


def _photos(publication: Publication) -> list[Photo]:
    return list(publication.photos.select_related("image").order_by("position"))


def _card(publication: Publication, photos: Sequence[Photo]) -> Card:
    return {
        "id": publication.public_id,
        "title": publication.title,
        "description": publication.description,
        "ownerId": publication.owner.public_id,
        "imageCount": len(photos),
        "images": [public_url(photo.image) for photo in photos],
        "createdAt": told(publication.created_at),
        "updatedAt": told(publication.updated_at),
    }
