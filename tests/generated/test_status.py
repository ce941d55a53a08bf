"""What may follow what, who did it, and the recycle bin."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actors import Service
from accounts.models import User
from generated import services, tasks
from generated.models import Generated, Status, StatusChange
from imagehub.events.models import Event
from imagehub.images.models import Image
from tests.generated.conftest import Give, stored, trace

pytestmark = pytest.mark.django_db(transaction=True)
Api = Callable[..., APIClient]
LIVE = ("generated", "printed", "ordered")


def status_after(client: APIClient, image_id: str, status: object) -> tuple[int, str]:
    answer = client.patch(f"/api/images/{image_id}/status", {"status": status})
    return answer.status_code, answer.json().get("code") or answer.json()["data"]["status"]


@pytest.mark.parametrize("before", LIVE)
@pytest.mark.parametrize("after", [*LIVE, "deleted"])
def test_from_a_live_state_every_other_is_reached(api: Api, ada: User, image_of: Give, before: str, after: str) -> None:
    image_id = image_of(ada).public_id
    status_after(api(ada), image_id, before)
    assert status_after(api(ada), image_id, after) == (200, after)


@pytest.mark.parametrize("before", LIVE)
@pytest.mark.parametrize("after", [*LIVE, "deleted"])
def test_out_of_the_bin_leads_only_the_state_before(
    api: Api, ada: User, image_of: Give, before: str, after: str
) -> None:
    image_id = image_of(ada).public_id
    status_after(api(ada), image_id, before)
    status_after(api(ada), image_id, "deleted")
    kept = trace()

    expected = (200, before) if after == before else (409, "INVALID_TRANSITION")
    assert status_after(api(ada), image_id, after) == expected
    if after != before:
        assert trace() == kept


@pytest.mark.parametrize("status", ["$ne", "", None, 7, ["printed"], {"$ne": 1}, "Printed", "printed ", True])
def test_an_unknown_status_is_refused(api: Api, ada: User, image_of: Give, status: object) -> None:
    image_id = image_of(ada).public_id
    before = trace()
    assert status_after(api(ada), image_id, status) == (400, "VALIDATION_ERROR")
    assert trace() == before


def test_the_same_status_changes_nothing(api: Api, ada: User, image_of: Give) -> None:
    image_id = image_of(ada).public_id
    before = trace()
    assert status_after(api(ada), image_id, "generated") == (200, "generated")
    assert trace() == before


def test_each_change_is_kept_with_who_and_when(api: Api, ada: User, staff: User, image_of: Give) -> None:
    generated = image_of(ada)
    status_after(api(ada), generated.public_id, "printed")
    status_after(api(staff), generated.public_id, "deleted")
    services.change_status(generated.public_id, Status.PRINTED, by=Service("press", frozenset({"images"})))

    steps = api(ada).get(f"/api/images/{generated.public_id}/history").json()["data"]["history"]
    assert [(step["before"], step["after"], step["by"]) for step in steps] == [
        ("generated", "printed", ada.public_id),
        ("printed", "deleted", staff.public_id),
        ("deleted", "printed", "press"),
    ]
    assert all(step["at"].endswith("Z") for step in steps)
    events = Event.objects.filter(kind="image.status_changed").order_by("id")
    assert [event.data["status"] for event in events] == ["printed", "deleted", "printed"]


def test_the_bin_is_emptied_after_its_time(api: Api, ada: User, image_of: Give, settings: Settings) -> None:
    old, young, live = (image_of(ada, prompt).public_id for prompt in ("old", "young", "live"))
    for image_id in (old, young):
        status_after(api(ada), image_id, "deleted")
    Generated.objects.filter(public_id=old).update(deleted_at=timezone.now() - timedelta(days=31))
    Generated.objects.filter(public_id=young).update(deleted_at=timezone.now() - timedelta(days=29))

    tasks.empty_bins()

    assert set(Generated.objects.values_list("public_id", flat=True)) == {young, live}
    assert StatusChange.objects.count() == 1
    assert stored() == sorted(Image.objects.values_list("key", flat=True))
    settings.GENERATED_RETENTION_DAYS = 28
    tasks.empty_bins()
    assert Generated.objects.get().public_id == live
    tasks.empty_bins()


def test_what_was_restored_is_not_emptied(ada: User, image_of: Give) -> None:
    image_id = image_of(ada).public_id
    services.change_status(image_id, Status.DELETED, by=ada)
    Generated.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    services.change_status(image_id, Status.GENERATED, by=ada)

    services.expire(image_id, timezone.now(), by=services.RETENTION)
    assert Generated.objects.get().deleted_at is None
