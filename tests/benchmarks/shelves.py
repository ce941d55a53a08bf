"""Fills a database with publications: `python -m tests.benchmarks.shelves 100000`; prints a reader's token."""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import django

if TYPE_CHECKING:
    from django.db.models import Model

Row = TypeVar("Row", bound="Model")

OWNERS = 100
PHOTOS = 4  # of each publication
BATCH = 2000


def fill(publications: int) -> str:
    """Write so many publications with their photos, without objects in the storage; return an access token."""
    from accounts import tokens
    from accounts.models import User
    from publications import tallies
    from publications.models import Photo, Publication

    owners = [User(username=f"owner{n}", public_id=f"owner{n}", email=f"o{n}@example.org") for n in range(OWNERS)]
    User.objects.bulk_create(owners)
    people = list(User.objects.order_by("pk"))
    _write(Publication(owner=people[n % OWNERS], title=f"Offer {n}") for n in range(publications))
    tallies.recount()
    shelves = Publication.objects.order_by("pk").iterator(BATCH)
    for some in _batches(shelves, BATCH // PHOTOS):
        images = _write(_image(publication, place) for publication in some for place in range(PHOTOS))
        places = ((publication, place) for publication in some for place in range(PHOTOS))
        _write(_photo(Photo, *place, image) for place, image in zip(places, images, strict=True))
    return str(tokens.issue(people[0]).access)


def _image(publication: "Model", place: int) -> "Model":
    from imagehub.images.models import Image, Source

    name = f"{publication.pk}-{place}"
    return Image(
        public_id=f"bench-{name}",
        owner_id=publication.owner_id,  # type: ignore[attr-defined]  # a publication has one
        source=Source.PUBLICATION,
        key=f"images_{publication.pk}/{name}.jpg",
        digest="0" * 64,
        content_type="image/jpeg",
        width=1600,
        height=1200,
        size=200_000,
        is_public=True,
    )


def _photo(photo: type["Model"], publication: "Model", place: int, image: "Model") -> "Model":
    return photo(
        publication=publication, image=image, content=f"{place:064x}", slot=place, allowance=PHOTOS, position=place
    )


def _write(rows: Iterable[Row]) -> list[Row]:
    return [row for batch in _batches(rows, BATCH) for row in type(batch[0])._default_manager.bulk_create(batch)]  # noqa: SLF001  # Django's


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")
    django.setup()
    sys.stdout.write(fill(int(sys.argv[1])))
