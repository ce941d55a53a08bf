"""What the library tells of the photos of publications."""

from collections.abc import Collection

from django.urls import reverse

from imagehub.images.models import Source
from imagehub.library.places import Shown
from publications.models import Photo

SOURCES = frozenset({Source.PUBLICATION})


def shown(images: Collection[int]) -> dict[int, Shown]:
    """Call photos as their publication is called; they are found by what they show, too. One query."""
    photos = Photo.objects.filter(image__in=images)
    facts = photos.values_list("image", "publication__title", "publication__public_id", "alt_text")
    return {
        image: Shown(title=title, page=reverse("publications:page", args=[public_id]), words=alt_text)
        for image, title, public_id, alt_text in facts
    }
