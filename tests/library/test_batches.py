"""One recipe for many images: each is done once, whoever does it, and the rest is told."""

import errno
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.editor.models import Edit, Kept
from imagehub.images import services as images
from imagehub.images import storage
from imagehub.images.models import Image
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.lib import forgetting
from imagehub.library import services, tasks
from imagehub.library.models import Batch, Part, State
from imagehub.library.services import batches
from tests.crowds import together
from tests.generated.conftest import png
from tests.rows import meta

Api = Callable[..., APIClient]
BATCHES = "/api/v1/library/batches"
GREY = [{"op": "grayscale"}]

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(ada: User) -> list[Image]:
    return [services.keep(png(colour), f"{colour}.png", by=ada).picture for colour in ("red", "green", "blue")]


def ordered(client: APIClient, chosen: list[Image], **said: object) -> Any:
    body = {"images": [image.public_id for image in chosen], "recipe": GREY, **said}
    return client.post(BATCHES, body, format="json")


def test_each_image_is_edited_once_and_the_progress_is_told(api: Api, ada: User, three: list[Image]) -> None:
    client = api(ada)
    answer = ordered(client, [*three, three[0]])
    said = answer.json()
    assert (answer.status_code, said["state"], said["total"], said["done"], said["failed"]) == (
        202,
        "running",
        3,
        0,
        [],
    )
    assert answer.headers["Location"] == f"{BATCHES}/{said['id']}"

    tasks.edit_many(Batch.objects.get().pk)
    said = client.get(f"{BATCHES}/{said['id']}").json()
    made = list(Edit.objects.order_by("pk").values_list("image__public_id", "parent", "is_revision"))
    assert made == [(done, image.pk, False) for done, image in zip(said["made"], three, strict=True)]
    assert (said["state"], said["total"], said["done"], said["failed"]) == ("finished", 3, 3, [])
    assert said["finishedAt"] is not None
    tasks.edit_many(Batch.objects.get().pk)
    tasks.resume_batches()
    assert Edit.objects.count() == 3


def test_an_image_that_fails_is_told_with_its_reason_and_keeps_nobody_waiting(
    api: Api, ada: User, three: list[Image]
) -> None:
    said = ordered(api(ada), three, **{"as": "revision"}).json()
    images.discard([three[1]])
    tasks.edit_many(Batch.objects.get().pk)

    told = api(ada).get(f"{BATCHES}/{said['id']}").json()
    assert told["failed"] == [{"image": three[1].public_id, "code": "IMAGE_NOT_FOUND"}]
    assert (told["state"], told["done"]) == ("finished", 2)
    assert set(Edit.objects.values_list("parent", "is_revision")) == {(three[0].pk, True), (three[2].pk, True)}


def test_what_is_cancelled_begins_no_further_image(api: Api, ada: User, three: list[Image]) -> None:
    said = ordered(api(ada), three).json()
    batch = Batch.objects.get()
    assert services.step(batch.pk) is True
    for _ in range(2):
        answer = api(ada).post(f"{BATCHES}/{said['id']}/cancel")
        assert (answer.status_code, answer.json()["state"], answer.json()["done"]) == (200, "cancelled", 1)
    assert services.step(batch.pk) is False
    assert Edit.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"images": []}, 400, "VALIDATION_ERROR"),
        ({"images": ["x"] * 501}, 400, "VALIDATION_ERROR"),
        ({"images": ["unknown"]}, 404, "IMAGE_NOT_FOUND"),
        ({"recipe": [{"op": "explode"}]}, 400, "VALIDATION_ERROR"),
        ({"as": "original"}, 400, "VALIDATION_ERROR"),
    ],
)
def test_an_order_that_makes_no_sense_leaves_no_trace(
    api: Api, ada: User, three: list[Image], changes: dict[str, object], status: int, code: str
) -> None:
    answer = ordered(api(ada), three, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (Batch.objects.count(), Part.objects.count()) == (0, 0)


def test_to_others_an_order_does_not_exist(api: Api, ada: User, bea: User, three: list[Image]) -> None:
    said = ordered(api(ada), three).json()
    assert ordered(api(bea), three).status_code == 404
    assert api(bea).get(f"{BATCHES}/{said['id']}").status_code == 404
    assert api(bea).post(f"{BATCHES}/{said['id']}/cancel").status_code == 404
    assert api().get(f"{BATCHES}/{said['id']}").status_code == 401
    assert Batch.objects.get().state == "running"


@pytest.mark.parametrize("by", ["ada", "staff"])
def test_a_worker_that_was_lost_is_followed_by_another_which_makes_nothing_twice(
    request: pytest.FixtureRequest, three: list[Image], by: str
) -> None:
    batch = services.begin([image.public_id for image in three], Recipe(), Kept.COPY, by=request.getfixturevalue(by))
    first = batches._claimed(batch)  # noqa: SLF001  # as a worker does before it is lost
    assert first is not None
    made = batches._made(batch, first)  # noqa: SLF001  # likewise
    assert services.step(batch.pk) is True
    assert Part.objects.get(position=0).state == State.WAITING

    Part.objects.filter(position=0).update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.edit_many(batch.pk)
    parts = list(Part.objects.order_by("position").values_list("state", "made_id_told"))
    assert [state for state, _made in parts] == [State.DONE] * 3

    # It was only slow, and comes back.
    before = sorted(found.key for found in storage.walk(""))
    with pytest.raises(batches._Overtaken):  # noqa: SLF001  # likewise
        batches._keep(batch, first, *made)  # noqa: SLF001  # likewise
    assert batches._settle(first, State.FAILED, code="IMAGE_NOT_FOUND") is False  # noqa: SLF001  # likewise
    assert list(Part.objects.order_by("position").values_list("state", "made_id_told")) == parts
    assert Edit.objects.count() == 3
    assert sorted(found.key for found in storage.walk("")) == before


def test_one_account_has_few_orders_under_way_however_many_it_gives(api: Api, ada: User, three: list[Image]) -> None:
    client = api(ada)
    first, *others = [ordered(client, three[:1]) for _ in range(batches.MOST_OPEN + 1)]
    assert [answer.status_code for answer in (first, *others)] == [202] * batches.MOST_OPEN + [409]
    assert others[-1].json()["details"] == {"limit": batches.MOST_OPEN}
    assert (Batch.objects.count(), Part.objects.count()) == (batches.MOST_OPEN, batches.MOST_OPEN)

    client.post(f"{BATCHES}/{first.json()['id']}/cancel")
    assert ordered(client, three[:1]).status_code == 202


def test_only_an_order_without_a_worker_is_given_another(ada: User, three: list[Image]) -> None:
    batch = services.begin([image.public_id for image in three], Recipe(), Kept.COPY, by=ada)
    assert services.idle().get() == batch
    assert services.step(batch.pk) is True
    assert not services.idle().exists()

    Part.objects.filter(position=0).update(leased_until=timezone.now() + batches.LEASE - batches.QUIET)
    assert services.idle().get() == batch


def test_what_another_order_has_made_is_not_taken_for_ones_own(ada: User, three: list[Image]) -> None:
    mine, other = (services.begin([three[0].public_id], Recipe(), Kept.COPY, by=ada) for _ in range(2))
    batches._claimed(mine)  # noqa: SLF001  # as a worker does before it is lost
    tasks.edit_many(other.pk)
    Part.objects.filter(batch=mine).update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.edit_many(mine.pk)
    assert len(set(Part.objects.values_list("made_id_told", flat=True))) == 2
    assert Edit.objects.count() == 2


def test_an_error_of_ours_ends_an_image_and_not_the_order(
    api: Api, ada: User, three: list[Image], caplog: pytest.LogCaptureFixture
) -> None:
    said = ordered(api(ada), three[:2]).json()
    Batch.objects.update(recipe_json="nothing that was ever a recipe")
    tasks.edit_many(Batch.objects.get().pk)
    told = api(ada).get(f"{BATCHES}/{said['id']}").json()
    assert told["failed"] == [{"image": image.public_id, "code": "INTERNAL_ERROR"} for image in three[:2]]
    assert told["state"] == "finished"
    assert caplog.text.count("batch.image_failed") == 2


def test_what_was_over_a_month_ago_is_forgotten_and_its_pictures_stay(ada: User, three: list[Image]) -> None:
    old, young, running = (services.begin([image.public_id], Recipe(), Kept.COPY, by=ada) for image in three)
    for batch, days in ((old, 31), (young, 29)):
        tasks.edit_many(batch.pk)
        Batch.objects.filter(pk=batch.pk).update(finished_at=timezone.now() - timedelta(days=days))
    tasks.forget_batches()
    assert list(Batch.objects.order_by("pk")) == [young, running]
    assert list(Part.objects.order_by("pk").values_list("batch", flat=True)) == [young.pk, running.pk]
    assert Edit.objects.count() == 2


def test_what_is_forgotten_goes_some_at_a_time(ada: User, three: list[Image], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    batch = services.begin([image.public_id for image in three], Recipe(), Kept.COPY, by=ada)
    Batch.objects.update(finished_at=timezone.now() - timedelta(days=31))
    with CaptureQueriesContext(connection) as asked:
        tasks.forget_batches()
    gone = [one["sql"] for one in asked if one["sql"].startswith("DELETE") and meta(Part).db_table in one["sql"]]
    assert len(gone) == 3  # two, one, and none of their batch
    assert not Batch.objects.filter(pk=batch.pk).exists()


def test_where_the_storage_is_full_an_image_waits_until_there_is_room(
    ada: User, three: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    batch = services.begin([three[0].public_id], Recipe(), Kept.COPY, by=ada)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        assert services.step(batch.pk) is False
    assert Part.objects.get().state == State.WAITING

    tasks.edit_many(batch.pk)
    assert (Batch.objects.get().state, Edit.objects.count()) == ("running", 0)
    Part.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.edit_many(batch.pk)
    assert (Batch.objects.get().state, Edit.objects.count()) == ("finished", 1)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_share_the_images(ada: User, three: list[Image]) -> None:
    batch = services.begin([image.public_id for image in three], Recipe(), Kept.COPY, by=ada)
    together(*[lambda: tasks.edit_many(batch.pk)] * 3)
    assert sorted(Edit.objects.values_list("parent", flat=True)) == [image.pk for image in three]
    assert Batch.objects.get().state == "finished"
