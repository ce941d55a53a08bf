"""Many at once, many times: limits, duplicates and order hold, and rows and objects agree.

With `RACE_ROUNDS=50` in the environment this is the long form.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Tombstone, Usage
from publications import tallies, uploads
from publications.models import Photo, Publication, Tally
from publications.services import photos, publications
from tests.crowds import at_once, together
from tests.publications.conftest import ROOT, distinct

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crowd]

# An SQLite lets one write after another anyhow, so that there is less to win.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "3" if settings.EMBEDDED else "6"))
CROWD = 50
Api = Callable[..., APIClient]


def codes(answers: Iterable[Any]) -> Counter[tuple[int, str]]:
    """Count answers by status and code."""
    return Counter((answer.status_code, answer.json().get("code", "") if answer.content else "") for answer in answers)


def require_sound() -> None:
    """Check all that must hold at every moment at which nothing is under way."""
    rows = sorted(Image.objects.values_list("key", flat=True))
    assert sorted(found.key for found in storage.walk("")) == rows
    assert sorted(Photo.objects.values_list("image__key", flat=True)) == rows
    assert Tombstone.objects.count() == 0
    for publication in Publication.objects.all():
        positions = sorted(publication.photos.values_list("position", flat=True))
        assert positions == list(range(len(positions)))
    for usage in Usage.objects.all():
        sizes = list(Image.objects.filter(owner=usage.owner_id).values_list("size", flat=True))
        assert (usage.files, usage.bytes) == (len(sizes), sum(sizes))
    counted = sorted(Tally.objects.filter(shown__gt=0).values_list("shelf", "bucket", "shown", "hidden"))
    tallies.recount()
    assert sorted(Tally.objects.values_list("shelf", "bucket", "shown", "hidden")) == counted


def test_of_fifty_uploads_to_the_last_place_one_succeeds(ada: User, api: Api, publication_of: Any, upload: Any) -> None:
    pictures, client = distinct(3 + CROWD), api(ada)
    for _ in range(ROUNDS):
        publication = publication_of(ada)
        for data in pictures[:3]:
            photos.add(uploads.judge(data), publication.public_id, by=ada)

        answers = at_once([partial(upload, client, publication, data) for data in pictures[3:]])

        assert codes(answers) == {(201, ""): 1, (403, "IMAGE_LIMIT_REACHED"): CROWD - 1}
        assert publication.photos.count() == 4
        assert len([found for found in storage.walk("") if publication.public_id in found.key]) == 4
    require_sound()


def test_of_fifty_uploads_of_one_file_one_succeeds(ada: User, api: Api, publication_of: Any, upload: Any) -> None:
    client, (data,) = api(ada), distinct(1)
    for _ in range(ROUNDS):
        publication = publication_of(ada)

        answers = at_once([partial(upload, client, publication, data)] * CROWD)

        assert codes(answers) == {(201, ""): 1, (400, "DUPLICATE_IMAGE"): CROWD - 1}
        assert publication.photos.count() == 1
    assert Event.objects.filter(kind="publication.image_added").count() == ROUNDS
    require_sound()


def test_a_crowd_fills_a_publication_and_counts_aloud(ada: User, api: Api, publication_of: Any, upload: Any) -> None:
    client, pictures = api(ada), distinct(12)
    for _ in range(ROUNDS):
        publication = publication_of(ada)

        answers = at_once([partial(upload, client, publication, data) for data in pictures])

        assert codes(answers) == {(201, ""): 4, (403, "IMAGE_LIMIT_REACHED"): 8}
        totals = [answer.json()["totalImages"] for answer in answers if answer.status_code == 201]
        assert sorted(totals) == [1, 2, 3, 4]
    require_sound()


def test_uploads_and_the_removal_of_all_leave_what_came_last(
    ada: User, api: Api, publication_of: Any, upload: Any
) -> None:
    client, pictures = api(ada), distinct(4)
    publication = publication_of(ada)
    base = f"{ROOT}/{publication.public_id}/images"
    for _ in range(ROUNDS):
        client.delete(base)

        answers = together(
            *(partial(upload, client, publication, data) for data in pictures),
            *[partial(client.delete, base)] * 2,
        )

        assert codes(answers) == {(201, ""): 4, (200, ""): 2}
        require_sound()


def test_uploads_to_a_publication_that_goes_come_to_nothing(
    ada: User, api: Api, publication_of: Any, upload: Any
) -> None:
    client, pictures = api(ada), distinct(4)
    for _ in range(ROUNDS):
        publication = publication_of(ada)

        answers = together(
            *(partial(upload, client, publication, data) for data in pictures),
            partial(client.delete, f"{ROOT}/{publication.public_id}"),
        )

        *uploaded, deleted = answers
        assert deleted.status_code == 204
        assert set(codes(uploaded)) <= {(201, ""), (404, "PUBLICATION_NOT_FOUND")}
        assert Publication.objects.count() == Image.objects.count() == 0
        require_sound()


def test_uploads_to_an_account_that_goes_come_to_nothing(
    api: Api, publication_of: Any, upload: Any, django_user_model: Any
) -> None:
    pictures = distinct(4)
    for number in range(ROUNDS):
        owner = django_user_model.objects.create_user(f"guest{number}")
        client, publication = api(owner), publication_of(owner)

        *others, erased = together(
            *(partial(upload, client, publication, data) for data in pictures),
            partial(client.post, ROOT, {"title": "A boat"}),
            partial(client.delete, "/api/v1/auth/me"),
        )

        assert erased.status_code == 204
        assert {answer.status_code for answer in others} <= {201, 401, 404}
        assert Publication.objects.count() == Image.objects.count() == Tally.objects.filter(shown__gt=0).count() == 0
        require_sound()


def test_whatever_happens_to_an_order_at_once_it_stays_one(
    ada: User, api: Api, publication_of: Any, upload: Any
) -> None:
    client, (extra, *pictures) = api(ada), distinct(4)
    chance = random.Random(7)  # noqa: S311  # a shuffle, not a secret
    for _ in range(ROUNDS):
        publication = publication_of(ada)
        base = f"{ROOT}/{publication.public_id}/images"
        names = [photos.add(uploads.judge(data), publication.public_id, by=ada).image.public_id for data in pictures]
        orders = [chance.sample(names, 3) for _ in range(3)]

        *ordered, deleted, added = together(
            *(partial(client.put, f"{base}/order", {"images": order}) for order in orders),
            partial(client.delete, f"{base}/{names[1]}"),
            partial(upload, client, publication, extra),
        )

        assert (deleted.status_code, added.status_code) == (200, 201)
        # An order that names what is gone, or not what has come, is refused whole.
        assert set(codes(ordered)) <= {(200, ""), (400, "VALIDATION_ERROR")}
        assert publication.photos.count() == 3
    require_sound()


def test_one_photo_deleted_by_many_is_deleted_once(ada: User, api: Api, publication_of: Any, photo_in: Any) -> None:
    client = api(ada)
    for _ in range(ROUNDS):
        publication = publication_of(ada)
        photo_in(publication)
        path = f"{ROOT}/{publication.public_id}/images/{photo_in(publication).image.public_id}"

        answers = together(*[partial(client.delete, path)] * 6)

        assert codes(answers) == {(200, ""): 1, (404, "IMAGE_NOT_FOUND"): 5}
        assert {answer.json()["remainingImages"] for answer in answers if answer.status_code == 200} == {1}
    require_sound()


def test_publications_that_come_and_go_at_once_are_counted(ada: User, bea: User, publication_of: Any) -> None:
    for _ in range(ROUNDS):
        doomed = [publication_of(owner) for owner in (ada, bea) * 3]

        together(
            *(partial(publications.delete, one.public_id, by=one.owner) for one in doomed),
            *(partial(publication_of, owner) for owner in (ada, bea) * 3),
        )

        require_sound()
    assert Publication.objects.count() == 6 * ROUNDS


def test_an_upload_sent_twice_at_once_is_one_photo(ada: User, api: Api, publication_of: Any) -> None:
    client, (data,) = api(ada), distinct(1)
    for number in range(ROUNDS):
        publication = publication_of(ada)

        def send(p: Publication = publication, key: str = f"k-{number}") -> Any:
            file = SimpleUploadedFile("a.png", data, "image/png")
            path = f"{ROOT}/{p.public_id}/images"
            return client.post(path, {"image": file}, format="multipart", headers={"Idempotency-Key": key})

        answers = together(*[send] * 6)

        assert codes(answers) == {(201, ""): 6}
        assert len({answer.json()["image"]["id"] for answer in answers}) == 1
    require_sound()
