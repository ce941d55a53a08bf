"""Around the library: its news, its end, the doctor, the admin."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import User
from generated import services
from generated.models import Generated, Status, StatusChange
from imagehub.api.models import Answer, Posting
from imagehub.api.shelves import STAMP
from imagehub.events.models import Event
from imagehub.images import doctor, storage
from imagehub.images.models import Image
from imagehub.images.pipeline.marks import Origin
from tests.generated.conftest import Give, Send, stored

pytestmark = pytest.mark.django_db(transaction=True)
Api = Callable[..., APIClient]


def heard(client: APIClient) -> list[dict[str, object]]:
    return [{"type": event["type"], **event["data"]} for event in client.get("/api/v1/events").json()["events"]]


def test_each_fact_is_told_with_the_image_as_it_is(api: Api, ada: User, bea: User, send: Send) -> None:
    client = api(ada)
    image_id = send(client).json()["data"]["image_id"]
    client.patch(f"/api/images/{image_id}/status", {"status": "printed"})

    shown = client.get(f"/api/images/{image_id}").json()["data"]
    fact = {"image_id": image_id, "user_id": ada.public_id}
    assert heard(client) == [
        {"type": "image.generated", **fact, "status": "generated", "image": shown},
        {"type": "image.status_changed", **fact, "status": "printed", "image": shown},
    ]
    assert heard(api(bea)) == []


def test_nothing_of_a_deleted_image_stays_in_the_news(api: Api, ada: User, send: Send) -> None:
    client = api(ada)
    image_id = send(client, prompt="a secret").json()["data"]["image_id"]
    client.delete(f"/api/images/{image_id}")

    assert [(event["type"], event.get("image")) for event in heard(client)] == [
        ("image.generated", None),
        ("image.deleted", None),
    ]
    assert not any("a secret" in str(event.data) for event in Event.objects.all())


def test_an_account_is_erased_with_its_library(api: Api, ada: User, bea: User, image_of: Give, send: Send) -> None:
    send(api(ada), headers={"Idempotency-Key": "one"})
    services.change_status(image_of(ada, "second").public_id, Status.DELETED, by=ada)
    kept = image_of(bea)

    accounts.erase_account(ada, by=ada)

    assert [row.pk for row in Generated.objects.all()] == [kept.pk]
    assert (StatusChange.objects.count(), Image.objects.count(), Answer.objects.count()) == (0, 1, 0)
    assert set(Posting.objects.values_list("shelf", flat=True)) == {f"generated:{bea.pk}"}
    assert stored() == [kept.image.key]


def test_a_history_outlives_the_account_that_made_it(ada: User, staff: User, image_of: Give) -> None:
    services.change_status(image_of(ada).public_id, Status.PRINTED, by=staff)
    name = staff.public_id
    accounts.erase_account(staff, by=staff)
    change = StatusChange.objects.get()
    assert (change.by, change.by_name) == (None, name)


def test_an_image_is_known_as_the_work_of_a_model(ada: User, image_of: Give) -> None:
    image = image_of(ada).image
    assert image.origin == Origin.AI
    assert b"trainedAlgorithmicMedia" in storage.read(image.key)


@pytest.mark.parametrize("user_id", ["users", "default", "images", "person_1"])
def test_the_doctor_tells_our_orphans_from_others(user_id: str, ada: User, image_of: Give) -> None:
    User.objects.filter(pk=ada.pk).update(public_id=user_id)
    ada.refresh_from_db()
    image_of(ada)
    orphan = f"images/{user_id}/1700000000000_generated_1700000000000.png"
    foreign = [f"images/{user_id}x/metadata.json", f"images/{user_id}x/1_generated_1.png/original/img_001.jpg"]
    for key in [orphan, *foreign, "images/default/default.png"]:
        storage.put(key, b"x")
    for key in stored():
        old = time.time() - 7200
        os.utime(Path(settings.DATA_DIR) / "storage" / key, (old, old))

    findings = list(doctor.examine())

    assert [(finding.kind, finding.key) for finding in findings] == [("orphan-object", orphan)]
    assert all(doctor.mend(finding) for finding in findings)
    assert set(stored()) == {*foreign, "images/default/default.png", Image.objects.get().key}


@pytest.fixture
def admin(ada: User) -> Client:
    root = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    client = Client()
    client.force_login(root)
    return client


def test_the_admin_lists_images_with_thumbnails(
    ada: User, admin: Client, image_of: Give, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    images = [image_of(ada, f"<b>fox {number}</b>") for number in range(8)]
    with django_assert_max_num_queries(8):
        text = admin.get("/admin/generated/generated/").content.decode()
    assert all(f"/i/{generated.image.public_id}/thumb.auto" in text for generated in images)
    assert "&lt;b&gt;fox 7" in text
    assert "<b>fox 7" not in text


def test_the_admin_looks_and_deletes_only(ada: User, admin: Client, image_of: Give) -> None:
    generated = image_of(ada)
    services.change_status(generated.public_id, Status.PRINTED, by=ada)
    one = f"/admin/generated/generated/{generated.pk}"
    assert admin.get("/admin/generated/generated/add/").status_code == 403
    assert "printed" in admin.get(f"{one}/change/").content.decode().lower()
    assert admin.post(f"{one}/change/", {"prompt": "x"}).status_code == 403

    admin.post(f"{one}/delete/", {"post": "yes"})

    assert (Generated.objects.count(), Image.objects.count()) == (0, 0)
    assert set(Posting.objects.values_list("term", flat=True)) == {STAMP}  # that something changed, and not what
    assert stored() == []
