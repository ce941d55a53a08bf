"""What is deleted waits in the bin, comes back whole, and goes for good in the end; what is used elsewhere stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.api.models import Posting
from imagehub.api.shelves import STAMP
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Tombstone, Usage
from imagehub.lib.errors import Conflict, ImageNotFound
from imagehub.library import browsing, services, tasks
from imagehub.library.browsing import Question, Side
from imagehub.library.models import Entry
from publications import uploads
from publications.services import photos, publications
from publications.services.publications import Draft
from tests.generated.conftest import png
from tests.library.rows import image_of

Api = Callable[..., APIClient]
LIBRARY = "/api/v1/library"

pytestmark = pytest.mark.django_db


def kept(owner: User, title: str = "Harbour") -> Image:
    return services.keep(png(), f"{title}.png", by=owner).picture


def live(owner: User) -> list[str]:
    return _titles(owner, Side.LIVE)


def binned(owner: User) -> list[str]:
    return _titles(owner, Side.BIN)


def trace() -> tuple[Any, ...]:
    rows = sorted(Entry.objects.values_list("number", "title", "binned_at", "terms"))
    return rows, Posting.objects.count(), Image.objects.count(), Event.objects.count(), Usage.objects.get().files


def test_deleting_goes_by_the_bin_and_for_good_only_when_asked_to(api: Api, ada: User) -> None:
    image = kept(ada)
    client = api(ada)

    assert client.delete(f"{LIBRARY}/{image.public_id}").status_code == 204
    assert (live(ada), binned(ada)) == ([], ["Harbour"])
    assert client.get(LIBRARY).json()["total"] == 0
    assert [item["id"] for item in client.get(LIBRARY, {"bin": "true"}).json()["items"]] == [image.public_id]
    assert client.get(f"{LIBRARY}/{image.public_id}").status_code == 200

    before = trace()
    assert client.delete(f"{LIBRARY}/{image.public_id}").status_code == 204
    assert client.delete(f"{LIBRARY}/{image.public_id}?final=perhaps").status_code == 400
    assert trace() == before

    assert client.delete(f"{LIBRARY}/{image.public_id}?final=true").status_code == 204
    assert (live(ada), binned(ada)) == ([], [])
    assert (Image.objects.count(), Entry.objects.count()) == (0, 0)
    assert list(Posting.objects.exclude(term=STAMP)) == []
    assert client.get(f"{LIBRARY}/{image.public_id}").status_code == 404
    assert client.delete(f"{LIBRARY}/{image.public_id}").json()["code"] == "IMAGE_NOT_FOUND"


def test_what_is_restored_is_as_it_was(api: Api, ada: User) -> None:
    image, other = kept(ada), kept(ada, "Lighthouse")
    before = api(ada).get(LIBRARY).json()
    services.bin([image.public_id], by=ada)
    assert live(ada) == ["Lighthouse"]
    for _ in range(2):
        answer = api(ada).post(f"{LIBRARY}/{image.public_id}/restore")
        assert (answer.status_code, answer.json()["title"]) == (200, "Harbour")
    assert api(ada).get(LIBRARY).json() == before
    assert [event.kind for event in Event.objects.order_by("pk")[2:]] == ["library.deleted", "library.added"]
    assert services.restore([other.public_id], by=ada)[0].picture == other


def test_what_is_used_elsewhere_is_not_deleted_and_its_page_is_named(api: Api, ada: User) -> None:
    boat = publications.create(Draft("A red boat"), owner=ada, by=ada)
    photo = photos.add(uploads.judge(png("red")), boat.public_id, by=ada)
    own = kept(ada)
    assert len(live(ada)) == 2
    before = trace()

    answer = api(ada).delete(f"{LIBRARY}/{photo.image.public_id}")
    page = f"http://testserver/publications/{boat.public_id}/"
    used = {"id": photo.image.public_id, "source": "publication", "title": "A red boat", "url": page}
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    assert answer.json()["details"] == {"usedBy": [used]}
    for delete in (services.bin, services.remove):
        with pytest.raises(Conflict):
            delete([own.public_id, photo.image.public_id], by=ada)
    assert trace() == before


def test_to_others_it_does_not_exist_and_staff_may(api: Api, ada: User, bea: User, staff: User) -> None:
    image = kept(ada)
    before = trace()
    address = f"{LIBRARY}/{image.public_id}"
    assert [api(bea).get(address).status_code, api(bea).delete(address).status_code] == [404, 404]
    assert api(bea).post(f"{address}/restore").status_code == 404
    assert api(bea).patch(address, {"title": "Mine"}, format="json").status_code == 404
    assert api().get(address).status_code == 401
    with pytest.raises(ImageNotFound):
        services.bin([image.public_id, "nothing"], by=ada)
    assert trace() == before

    assert api(staff).get(address).json()["title"] == "Harbour"
    assert api(staff).delete(address).status_code == 204
    assert binned(ada) == ["Harbour"]


def test_a_title_is_cleaned_and_can_be_taken_back(api: Api, ada: User) -> None:
    boat = publications.create(Draft("A red boat"), owner=ada, by=ada)
    photo = photos.add(uploads.judge(png("red")), boat.public_id, by=ada)
    address = f"{LIBRARY}/{photo.image.public_id}"
    assert api(ada).patch(address, {"title": "  Grandpa's\nboat "}, format="json").json()["title"] == "Grandpa's boat"
    publications.change(boat.public_id, {"title": "Sold"}, by=ada)
    assert live(ada) == ["Grandpa's boat"]
    assert api(ada).patch(address, {"title": ""}, format="json").json()["title"] == "Sold"
    assert api(ada).patch(address, {"title": "x" * 201}, format="json").json()["code"] == "VALIDATION_ERROR"
    assert live(ada) == ["Sold"]


def test_the_place_that_matters_is_set_and_taken_back(api: Api, ada: User) -> None:
    image = kept(ada)
    address = f"{LIBRARY}/{image.public_id}"
    for said, set_to in [
        ({"focus": {"x": 0.25, "y": 1}}, (0.25, 1.0)),
        ({}, (0.25, 1.0)),
        ({"focus": None}, (None, None)),
    ]:
        assert api(ada).patch(address, said, format="json").status_code == 200
        image.refresh_from_db()
        assert (image.focus_x, image.focus_y) == set_to
    for wrong in ({"x": 1.1, "y": 0}, {"x": 0}, "middle"):
        answer = api(ada).patch(address, {"focus": wrong, "title": "No"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert live(ada) == ["Harbour"]


def test_the_task_empties_bins_after_the_days_that_are_set(ada: User, settings: Settings) -> None:
    settings.LIBRARY_RETENTION_DAYS = 30
    old, young = kept(ada, "Old"), kept(ada, "Young")
    services.bin([old.public_id, young.public_id], by=ada)
    Entry.objects.filter(image=old).update(binned_at=timezone.now() - timedelta(days=30, minutes=1))
    Entry.objects.filter(image=young).update(binned_at=timezone.now() - timedelta(days=29, hours=23))

    tasks.empty_bins()
    assert binned(ada) == ["Young"]
    assert list(Image.objects.all()) == [young]
    assert Usage.objects.get(owner=ada).files == 1
    tasks.empty_bins()
    assert binned(ada) == ["Young"]


def test_what_was_restored_meanwhile_is_not_emptied(ada: User) -> None:
    image = kept(ada)
    services.bin([image.public_id], by=ada)
    services.restore([image.public_id], by=ada)
    assert services.empty(ada, timezone.now() + timedelta(days=1)) == 0
    assert live(ada) == ["Harbour"]


def test_many_go_and_come_at_once(ada: User, bea: User) -> None:
    mine = [image_of(ada).public_id for _ in range(700)]
    theirs = image_of(bea).public_id
    services.bin([*mine, theirs], by=_everybody(ada))
    assert browsing.find(ada, Question(side=Side.BIN)).total == 700
    assert browsing.find(bea, Question(side=Side.BIN)).total == 1
    services.remove(mine, by=ada)
    assert (Entry.objects.count(), Image.objects.count()) == (1, 1)
    assert sorted(found.key for found in storage.walk("")) == []
    assert Tombstone.objects.count() in {0, 700}


def _everybody(person: User) -> User:
    person.is_staff = True
    return person


def _titles(owner: User, side: Side) -> list[str]:
    found = browsing.find(owner, Question(side=side))
    return [entry.title for entry in browsing.entries(owner, found, 0, 50)]
