"""Many at once: the same image once, every status change once, every list true."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from generated import listing, reading, services
from generated.models import Generated, Status, StatusChange
from imagehub.events.models import Event
from imagehub.images.models import Image, Tombstone
from imagehub.lib.errors import ImageNotFound, InvalidTransition
from tests.crowds import at_once
from tests.generated.conftest import Give, Send, png, stored

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> list[str]:
    return sorted(Image.objects.values_list("key", flat=True))


def test_the_same_image_fifty_times_at_once_is_one(ada: User, api: Callable[..., APIClient], send: Send) -> None:
    clients = [api(ada) for _ in range(50)]

    answers = at_once([lambda client=client: send(client) for client in clients], width=50)  # type: ignore[misc]  # mypy infers no lambda with a default

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 49}
    assert len({answer.json()["data"]["image_id"] for answer in answers}) == 1
    assert (Generated.objects.count(), Image.objects.count(), len(stored())) == (1, 1, 1)
    assert Event.objects.filter(kind="image.generated").count() == 1
    assert stored() == rows()


def test_two_in_one_millisecond_never_collide(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generated.naming.time.time_ns", lambda: 1_700_000_000_000_000_000)
    drafts = [reading.draft(f"fox {number}", png(), {}) for number in range(12)]

    at_once([lambda draft=draft: services.generate(draft, owner=ada, by=ada) for draft in drafts], width=12)  # type: ignore[misc]  # likewise

    assert Generated.objects.count() == 12
    assert stored() == rows()
    assert len(stored()) == 12
    assert list(Generated.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 13))


def test_two_statuses_at_once_are_two_steps_of_one_history(ada: User, image_of: Give) -> None:
    image_id = image_of(ada).public_id

    at_once(
        [
            lambda: services.change_status(image_id, Status.PRINTED, by=ada),
            lambda: services.change_status(image_id, Status.ORDERED, by=ada),
        ]
    )

    first, second = StatusChange.objects.order_by("id")
    assert (first.before, first.after) == ("generated", second.before)
    assert {first.after, second.after} == {"printed", "ordered"}
    assert Generated.objects.get().status == second.after
    assert Event.objects.filter(kind="image.status_changed").count() == 2


def test_whatever_happens_at_once_lists_and_objects_are_true(ada: User, image_of: Give) -> None:
    known = [image_of(ada, f"fox {number}").public_id for number in range(6)]
    chance = random.Random(5)  # noqa: S311  # a shuffle, not a secret

    def attempt(use_case: Callable[[], object]) -> None:
        try:
            use_case()
        except (ImageNotFound, InvalidTransition):
            return

    works: list[Callable[[], Any]] = [
        lambda image_id=image_id, status=status: attempt(lambda: services.change_status(image_id, status, by=ada))  # type: ignore[misc]  # likewise
        for image_id in known
        for status in Status
    ]
    works += [lambda image_id=image_id: attempt(lambda: services.delete(image_id, by=ada)) for image_id in known[:3]]  # type: ignore[misc]  # likewise
    works += [lambda number=number: image_of(ada, f"cat {number % 3}") for number in range(9)]  # type: ignore[misc]  # likewise
    chance.shuffle(works)

    at_once(works, width=8)

    for status in Status:
        found = listing.page_of(ada, listing.Question(status=status), page=1, limit=100)
        assert found.total == len(found.cards) == Generated.objects.filter(status=status).count()
    assert listing.page_of(ada, listing.Question(words=("cat",)), page=1, limit=100).total == 3
    assert stored() == rows()
    assert Tombstone.objects.count() == 0


def test_an_image_deleted_twice_at_once_is_deleted_once(ada: User, image_of: Give) -> None:
    image_id = image_of(ada).public_id

    def delete() -> str:
        try:
            services.delete(image_id, by=ada)
        except ImageNotFound:
            return "gone"
        return "done"

    assert sorted(at_once([delete] * 6)) == ["done"] + ["gone"] * 5
    assert Event.objects.filter(kind="image.deleted").count() == 1


def test_a_hundred_requests_a_minute_are_exactly_a_hundred(
    ada: User, api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "imagehub.api.throttling.time.time", lambda: 1_800_000_000.0
    )  # the window does not end meanwhile
    clients = [api(ada) for _ in range(130)]

    answers = at_once([lambda client=client: client.get("/api/images/nothing") for client in clients])  # type: ignore[misc]  # likewise

    assert Counter(answer.status_code for answer in answers) == {404: 100, 429: 30}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert (refused.json()["code"], refused.json()["success"]) == ("THROTTLED", False)
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["RateLimit-Policy"] == '"images";q=100;w=60'
    assert api(ada).get("/api/health").status_code == 200
