"""Harvests that begin by themselves."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from pymongo.database import Database

from harvester import rhythm
from harvester.drafts import Draft
from harvester.models import Job, Kind, Schedule
from harvester.services import schedules
from imagehub.lib.errors import Forbidden, Invalid, NotFound
from tests.crowds import together

if TYPE_CHECKING:
    from accounts.models import User

NIGHTLY = "0 3 * * *"
HOTELS = Draft(kind=Kind.COLLECTION, database="shop", collection="hotels")


@pytest.fixture
def hotels(shop: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    shop["hotels"].insert_one({"_id": 1, "name": "Miramar", "images": ["http://img.example.org/1.jpg"]})
    return shop


@pytest.mark.parametrize(
    ("cron", "following"),
    [
        ("0 3 * * *", datetime(2026, 3, 2, 3, tzinfo=UTC)),
        ("*/15 * * * *", datetime(2026, 3, 1, 12, 15, tzinfo=UTC)),
        ("30 4 1,15 * *", datetime(2026, 3, 15, 4, 30, tzinfo=UTC)),
        ("0 9 * * mon", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("0 0 29 2 *", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_rhythm_names_its_next_moment(cron: str, following: datetime) -> None:
    assert rhythm.following(cron, datetime(2026, 3, 1, 12, tzinfo=UTC)) == following


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "daily",
        "@daily",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "0 25 * * *",
        "0 0 30 2 *",
        "R * * * *",
        "x * * * *",
    ],
)
def test_what_is_no_rhythm_is_refused(cron: str, staff: "User") -> None:
    with pytest.raises(Invalid) as refusal:
        schedules.create("Nightly", cron, HOTELS, by=staff)
    assert list(refusal.value.details or {}) == ["cron"]
    assert not Schedule.objects.exists()


def test_nobody_but_staff_keeps_schedules(ada: "User") -> None:
    with pytest.raises(Forbidden):
        schedules.create("Nightly", NIGHTLY, HOTELS, by=ada)
    assert not Schedule.objects.exists()


def test_a_place_that_may_not_be_harvested_is_refused(staff: "User") -> None:
    users = Draft(kind=Kind.COLLECTION, database="admin", collection="users")
    with pytest.raises(Invalid):
        schedules.create("Nightly", NIGHTLY, users, by=staff)
    assert not Schedule.objects.exists()


def test_what_is_due_begins_and_moves_to_its_next_moment(hotels: object, staff: "User") -> None:
    schedule = _due(staff)
    moment = schedule.next_at
    now = timezone.now()
    assert schedules.begin_due(now) == 1
    job = Job.objects.get()
    assert (job.schedule, job.scheduled_for, job.database, job.collection) == (schedule, moment, "shop", "hotels")
    schedule.refresh_from_db()
    assert schedule.next_at == rhythm.following(NIGHTLY, now)
    assert schedules.begin_due(now) == 0


@pytest.mark.django_db(transaction=True)
def test_many_clocks_begin_one_harvest(hotels: object, staff: "User") -> None:
    _due(staff)
    assert sorted(together(*[schedules.begin_due] * 6)) == [0, 0, 0, 0, 0, 1]
    assert Job.objects.count() == 1


def test_a_crash_between_beginning_and_moving_on_begins_nothing_twice(hotels: object, staff: "User") -> None:
    schedule = _due(staff)
    moment = schedule.next_at
    schedules.begin_due()
    Schedule.objects.update(next_at=moment)  # as if the process had died before it moved on
    assert schedules.begin_due() == 0
    assert Job.objects.count() == 1
    assert _next(schedule) > timezone.now()


def test_a_source_without_documents_waits_for_the_next_moment(shop: object, staff: "User") -> None:
    schedule = _due(staff)
    assert schedules.begin_due() == 0
    assert not Job.objects.exists()
    assert _next(schedule) > timezone.now()


def test_a_paused_schedule_begins_nothing_until_it_goes_on(hotels: object, staff: "User") -> None:
    schedule = _due(staff)
    schedules.pause(schedule.public_id, by=staff)
    assert schedules.begin_due() == 0
    schedules.resume(schedule.public_id, by=staff)
    assert _next(schedule) > timezone.now()
    assert schedules.begin_due() == 0
    assert not Job.objects.exists()


def test_somebody_who_is_staff_no_more_begins_nothing(hotels: object, staff: "User") -> None:
    _due(staff)
    staff.is_staff = False
    staff.save()
    assert schedules.begin_due() == 0
    assert not Job.objects.exists()


def test_a_removed_schedule_leaves_its_harvests(hotels: object, staff: "User") -> None:
    schedule = _due(staff)
    schedules.begin_due()
    schedules.remove(schedule.public_id, by=staff)
    assert Job.objects.get().schedule is None
    with pytest.raises(NotFound):
        schedules.remove(schedule.public_id, by=staff)


def _due(staff: "User") -> Schedule:
    """Keep a schedule whose moment came a minute ago."""
    schedule = schedules.create("Nightly", NIGHTLY, HOTELS, by=staff)
    schedule.next_at = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    schedule.save()
    return schedule


def _next(schedule: Schedule) -> datetime:
    """Return when a schedule is due by now."""
    schedule.refresh_from_db()
    assert schedule.next_at is not None
    return schedule.next_at
