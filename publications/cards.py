"""A person's publications as "My publications" shows them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from imagehub.images.models import Image
from imagehub.lib import ids, keyset
from publications.limits import photos_for
from publications.models import Photo, Publication

PER_PAGE = 48
_AT_ONCE = 6  # covers that are loaded before anybody scrolls


@dataclass(frozen=True)
class Card:
    """One publication in the grid."""

    id: str
    title: str
    updated_at: datetime
    is_hidden: bool
    cover: Image | None
    cover_alt: str
    count: int
    allowance: int
    wordless: int  # photos without alt text
    loading: str

    @property
    def is_full(self) -> bool:
        """Whether the plan holds no more photos here."""
        return self.count >= self.allowance


@dataclass(frozen=True)
class Page:
    """Some publications of a person, newest first."""

    cards: list[Card]
    older: str  # id of the last one when there are more, else nothing


def page(owner: User, before: str = "") -> Page:
    """Return the newest publications of a person, or those before one of them; at most four queries."""
    mine = Publication.objects.of(owner)
    last = mine.filter(public_id=before).first() if ids.is_public_id(before) else None
    found = keyset.part(mine.filter(pk__lt=last.pk) if last else mine, PER_PAGE + 1)
    cards = _cards(found[:PER_PAGE], photos_for(owner.plan))
    return Page(cards, older=cards[-1].id if len(found) > PER_PAGE else "")


def _cards(publications: list[Publication], allowance: int) -> list[Card]:
    photos = _photos_of(publications)
    return [
        _card(publication, photos[publication.pk], allowance, "eager" if number < _AT_ONCE else "lazy")
        for number, publication in enumerate(publications)
    ]


def _photos_of(publications: Iterable[Publication]) -> dict[int, list[Photo]]:
    found: dict[int, list[Photo]] = defaultdict(list)
    photos = Photo.objects.filter(publication__in=list(publications)).select_related("image")
    for photo in photos.order_by("publication_id", "position"):
        found[photo.publication_id].append(photo)
    return found


def _card(publication: Publication, photos: list[Photo], allowance: int, loading: str) -> Card:
    return Card(
        id=publication.public_id,
        title=publication.title,
        updated_at=publication.updated_at,
        is_hidden=publication.is_hidden,
        cover=photos[0].image if photos else None,
        cover_alt=photos[0].alt_text if photos else "",
        count=len(photos),
        allowance=allowance,
        wordless=sum(not photo.alt_text for photo in photos),
        loading=loading,
    )
