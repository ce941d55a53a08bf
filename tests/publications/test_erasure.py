"""The end of an account ends its publications, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.images.models import Image, Tombstone
from publications import tallies
from publications.models import Photo, Publication, Tally
from publications.services import moderation

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_erased_account_takes_its_publications_along(
    *,
    ada: User,
    bea: User,
    staff: User,
    api: Callable[..., APIClient],
    publication_of: Any,
    photo_in: Any,
    objects: Any,
) -> None:
    for _ in range(3):
        publication = publication_of(ada)
        photo_in(publication)
        photo_in(publication)
    moderation.hide(publication.public_id, "No.", by=staff)
    kept = photo_in(publication_of(bea))

    answer = api(ada).delete("/api/v1/auth/me")

    assert answer.status_code == 204
    assert list(Publication.objects.all()) == [kept.publication]
    assert list(Photo.objects.all()) == [kept]
    assert list(Image.objects.all()) == [kept.image]
    assert objects("") == [kept.image.key]
    assert Tombstone.objects.count() == 0
    expected = [(tallies.EVERYBODY, 1, 0), (bea.pk, 1, 0)]
    assert list(Tally.objects.order_by("shelf").values_list("shelf", "shown", "hidden")) == expected


def test_an_account_without_publications_is_erased_too(ada: User, api: Callable[..., APIClient]) -> None:
    assert api(ada).delete("/api/v1/auth/me").status_code == 204
    assert Tally.objects.count() == 0
