"""A publication as its editor shows it."""

from dataclasses import dataclass

from accounts.models import Plan
from imagehub.lib import orders
from publications.limits import photos_for
from publications.models import Photo, Publication


@dataclass(frozen=True)
class Desk:
    """A publication with its photos in order, and how many its owner's plan holds."""

    publication: Publication
    photos: list[Photo]
    allowance: int

    @property
    def is_full(self) -> bool:
        """Whether no photo can be added."""
        return len(self.photos) >= self.allowance

    @property
    def is_over(self) -> bool:
        """Whether there are more than the plan holds, as after a change to a smaller one."""
        return len(self.photos) > self.allowance

    @property
    def upgrade(self) -> int:
        """How many photos premium would hold; 0 where that is no more."""
        premium = photos_for(Plan.PREMIUM)
        return premium if premium > self.allowance else 0

    @property
    def wordless(self) -> int:
        """How many photos have no alt text."""
        return sum(not photo.alt_text for photo in self.photos)

    @property
    def pips(self) -> list[bool]:
        """One for each place, true where it is taken."""
        return [number < len(self.photos) for number in range(max(self.allowance, len(self.photos)))]


def of(publication: Publication) -> Desk:
    """Return what the editor shows; one query, the owner must be loaded."""
    photos = publication.photos.select_related("image").order_by("position")
    return Desk(publication, list(photos), photos_for(publication.owner.plan))


def moved(publication: Publication, image_id: str, step: int) -> list[str]:
    """Return the ids of all images in the order in which one has moved by so many places; one query."""
    photos = publication.photos.order_by("position")
    return orders.moved(photos.values_list("image__public_id", flat=True), image_id, step)
