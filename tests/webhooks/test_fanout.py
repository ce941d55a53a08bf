import json

import orjson
import pytest

from accounts.models import User
from imagehub.events.catalog import Kind
from imagehub.webhooks import fanout, services
from imagehub.webhooks.models import Delivery
from imagehub.webhooks.services import Hearing
from tests.webhooks.conftest import Happen, Make

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    fanout.fan_out()
    return [(one.endpoint.description, one.kind) for one in Delivery.objects.order_by("pk")]


def kinds() -> list[str]:
    return [kind for _name, kind in told()]


def test_an_endpoint_is_told_what_happens_to_its_owner(ada: User, bea: User, make: Make, happen: Happen) -> None:
    make(ada)
    happen(ada, Kind.EDIT_SAVED, id="x")
    happen(bea, Kind.EDIT_SAVED, id="y")
    happen(None, Kind.JOB_CREATED)
    assert kinds() == ["edit.saved"]
    delivery = Delivery.objects.get()
    said = json.loads(delivery.body)
    assert said["type"] == "edit.saved"
    assert said["data"] == {"id": "x"}
    assert (said["user"], said["id"]) == (ada.public_id, delivery.position)
    assert set(said) == {"type", "timestamp", "data", "id", "user"}


def test_nothing_is_told_twice(ada: User, make: Make, happen: Happen) -> None:
    make(ada)
    happen(ada)
    assert kinds() == kinds() == ["edit.saved"]


def test_nothing_is_told_from_before_the_endpoint(ada: User, make: Make, happen: Happen) -> None:
    happen(ada, Kind.EDIT_SAVED)
    make(ada)
    happen(ada, Kind.EDIT_REVERTED)
    assert kinds() == ["edit.reverted"]


FILTERS = [
    ((), ["picture.created", "image.generated", "job.failed"]),
    (("image.generated",), ["image.generated"]),
    (("image.*", "job.failed"), ["image.generated", "job.failed"]),
    (("job.created",), []),
]


@pytest.mark.parametrize(("events", "expected"), FILTERS)
def test_only_what_was_asked_for_is_told(
    events: tuple[str, ...], expected: list[str], ada: User, make: Make, happen: Happen
) -> None:
    make(ada, *events)
    for kind in (Kind.PICTURE_CREATED, Kind.IMAGE_GENERATED, Kind.JOB_FAILED):
        happen(ada, kind, userId=ada.public_id)
    assert kinds() == expected


def test_what_clients_never_hear_no_endpoint_hears(ada: User, make: Make, happen: Happen) -> None:
    make(ada)
    happen(ada, Kind.ACCESS_ENDED)
    assert kinds() == []


def test_staff_hear_of_staff_and_the_installation_of_everybody(
    staff: User, ada: User, make: Make, happen: Happen
) -> None:
    make(staff)
    services.create(services.Draft(make(staff).row.url, (), "all", Hearing.EVERYBODY), by=staff)
    happen(ada, Kind.EDIT_SAVED)
    happen(None, Kind.JOB_CREATED)
    assert sorted(told()) == [("", "job.created"), ("", "job.created"), ("all", "edit.saved"), ("all", "job.created")]


def test_an_owner_who_is_disabled_hears_nothing(ada: User, make: Make, happen: Happen) -> None:
    make(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    happen(ada)
    assert kinds() == []


def test_what_is_switched_off_misses_what_happens(ada: User, make: Make, happen: Happen) -> None:
    endpoint = make(ada).row
    services.switch_off(endpoint.public_id, by=ada)
    happen(ada, Kind.EDIT_SAVED)
    services.switch_on(endpoint.public_id, by=ada)
    happen(ada, Kind.EDIT_REVERTED)
    assert kinds() == ["edit.reverted"]


def test_a_long_row_of_facts_is_told_whole_and_in_order(
    ada: User, make: Make, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "BATCH", 3)
    make(ada)
    for number in range(10):
        happen(ada, number=number)
    fanout.fan_out()
    assert [json.loads(one.body)["data"]["number"] for one in Delivery.objects.order_by("pk")] == list(range(10))


def test_a_body_stays_small_and_names_what_it_leaves_out() -> None:
    body = fanout.worded("a.b", "now", {"id": 1, "pictures": ["x" * 100] * 300, "note": "y"}, id=1)
    assert orjson.loads(body)["data"] == {"id": 1, "note": "y", "omitted": ["pictures"]}
    assert len(body) < fanout.LARGEST


def test_rounds_cost_little_whatever_is_told(
    ada: User, make: Make, happen: Happen, django_assert_max_num_queries: object
) -> None:
    make(ada)
    for _ in range(50):
        happen(ada)
    with django_assert_max_num_queries(30):  # type: ignore[operator]  # pytest-django's fixture
        fanout.fan_out()
