from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from harvester.models import Job
from imagehub.events.models import Event
from imagehub.lib import rows

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_rows_are_added_like_an_example() -> None:
    rows.insert(
        Event(kind="picture.created", audience="staff", occurred_at=NOON, data={"a": [1]}), ["origin"], [("x",), ("y",)]
    )

    found = Event.objects.order_by("pk").values_list("kind", "audience", "occurred_at", "data", "origin", "position")
    assert list(found) == [("picture.created", "staff", NOON, {"a": [1]}, name, None) for name in "xy"]


def test_columns_are_set_row_by_row_and_no_others() -> None:
    one, two, three = (Event.objects.create(kind="picture.created", audience=name, data={}) for name in "abc")
    rows.update(
        Event, {one.pk: {"data": {"n": 1}, "occurred_at": NOON}, two.pk: {"audience": "it's 100 %", "position": 7}}
    )

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.data, one.occurred_at, one.audience) == ({"n": 1}, NOON, "a")
    assert (two.data, two.audience, two.position) == ({}, "it's 100 %", 7)
    assert Event.objects.get(pk=three.pk).audience == "c"


def test_each_row_has_its_own_moment_or_none() -> None:
    moments = [NOON, None, NOON, NOON + timedelta(days=1)]
    jobs = [Job.objects.create() for _ in moments]
    rows.update(Job, {job.pk: {"told_at": at} for job, at in zip(jobs, moments, strict=True)})
    assert list(Job.objects.order_by("pk").values_list("told_at", flat=True)) == moments


def test_a_foreign_key_is_set_by_its_column(ada: User, bea: User) -> None:
    job = Job.objects.create(owner=ada)
    rows.update(Job, {job.pk: {"owner_id": bea.pk}})
    assert Job.objects.get().owner == bea


def test_nothing_to_write_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        rows.update(Event, {})
        rows.insert(Event(), ["origin"], [])
    assert len(asked) == 0
