"""Laying jobs out, whole however often that is broken off, and looking at what they would find."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pymongo.database import Database
from pytest_django import Settings

from accounts.models import User
from harvester.drafts import FIELDS, Draft
from harvester.models import Item, Job, Kind, Outcome, Status, Step
from harvester.policies import Requester
from harvester.services import jobs, planning, previews, steps
from harvester.sources import files, mongo
from harvester.sources.entries import Entry
from imagehub.events.models import Event
from imagehub.lib.errors import DocumentNotFound, Forbidden, Invalid, NotFound
from tests.crowds import together

Shop = Database[dict[str, Any]]
URL = "https://x.example/{}.jpg"


class Killed(Exception):
    """The process ends here."""


@pytest.fixture
def by(staff: User) -> Requester:
    return Requester(staff, f"user:{staff.public_id}")


def draft(kind: Kind = Kind.COLLECTION, **said: Any) -> Draft:
    return Draft(kind, "shop", "hotels", **said)


def fill(shop: Shop, number: int, images: int = 1) -> None:
    shop.hotels.insert_many(
        {"_id": at, "name": f"Hotel {at}", "images": [URL.format(f"{at}/{image}") for image in range(images)]}
        for at in range(number)
    )


def ranges(job: Job) -> list[tuple[int, int]]:
    return list(Step.objects.filter(job=job).order_by("number").values_list("first", "last"))


def laid_out(job: Job) -> list[tuple[int, str]]:
    return list(Item.objects.filter(job=job).order_by("number").values_list("number", "document_id"))


def told(job: Job) -> list[str]:
    kinds = Event.objects.filter(data__job_id=job.public_id).order_by("pk").values_list("kind", flat=True)
    return [str(kind) for kind in kinds]


def due(job: Job) -> None:
    """Let as much time pass as the job's lease or rest lasts."""
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


@contextmanager
def at_batch(number: int, happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen just before the items of a batch are written."""
    seen = 0

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal seen
        if sql.startswith("INSERT INTO") and "harvester_item" in sql:
            seen += 1
            if seen == number:
                happens()
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield


# -- from a collection ----------------------------------------------------------------------------


def test_a_job_gets_an_item_for_each_document_and_steps_of_twenty(shop: Shop, by: Requester) -> None:
    fill(shop, 45)
    job = jobs.create(draft(), by=by)
    assert (job.status, job.total_items, job.planned_at) == (Status.PENDING, 45, None)
    planning.plan(job.pk)
    job.refresh_from_db()
    assert laid_out(job) == [(at, str(at)) for at in range(45)]
    assert ranges(job) == [(0, 19), (20, 39), (40, 44)]
    assert (job.status, job.total_items, job.found, job.steps_left) == (Status.RUNNING, 45, 45, 3)
    assert job.planned_at is not None
    assert job.started_at is not None
    assert told(job) == ["job.created", "job.started"]
    item = Item.objects.get(job=job, number=7)
    assert (item.label, item.urls, item.results) == ("Hotel 7", [URL.format("7/0")], [])


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        ([0] * 21, [(0, 19), (20, 20)]),
        ([60, 60, 60, 60, 1], [(0, 2), (3, 4)]),
        ([5000, 1, 200, 0, 199, 1, 1], [(0, 0), (1, 1), (2, 3), (4, 5), (6, 6)]),
    ],
)
def test_a_step_has_few_addresses_or_one_document(
    by: Requester, images: list[int], expected: list[tuple[int, int]]
) -> None:
    entries = [
        Entry(str(at), "", tuple(URL.format(f"{at}/{image}") for image in range(number)))
        for at, number in enumerate(images)
    ]
    job = jobs.create_listed(Draft(Kind.SOURCE, "json.file", "mine"), entries, by=by)
    assert ranges(job) == expected
    assert job.found == sum(images)


def test_planning_again_changes_nothing(shop: Shop, by: Requester) -> None:
    fill(shop, 3)
    job = jobs.create(draft(), by=by)
    planning.plan(job.pk)
    before = Job.objects.filter(pk=job.pk).values().get()
    shop.hotels.insert_one({"_id": 99, "images": URL.format(99)})
    planning.plan(job.pk)
    assert Job.objects.filter(pk=job.pk).values().get() == before
    assert len(laid_out(job)) == 3


def test_who_dies_while_planning_is_followed_by_another_without_a_gap(
    shop: Shop, by: Requester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "BATCH_ITEMS", 10)
    fill(shop, 45)
    job = jobs.create(draft(), by=by)
    with at_batch(3, _raise_killed), pytest.raises(Killed):
        planning.plan(job.pk)
    assert laid_out(job) == [(at, str(at)) for at in range(20)]
    planning.plan(job.pk)
    assert len(laid_out(job)) == 20  # the dead one's lease still holds
    due(job)
    planning.plan(job.pk)
    job.refresh_from_db()
    assert laid_out(job) == [(at, str(at)) for at in range(45)]
    assert ranges(job) == [(0, 9), (10, 19), (20, 29), (30, 39), (40, 44)]
    assert (job.found, job.steps_left, job.total_items) == (45, 5, 45)
    assert told(job) == ["job.created", "job.started"]


def _raise_killed() -> None:
    raise Killed


def test_a_job_that_is_long_to_lay_out_lets_others_come_first(
    shop: Shop, by: Requester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "BATCH_ITEMS", 10)
    monkeypatch.setattr(planning, "TURN", 0.0)
    fill(shop, 25)
    job = jobs.create(draft(), by=by)
    for laid in (10, 20, 25):
        planning.plan(job.pk)
        assert len(laid_out(job)) == laid
        waiting = Job.objects.waiting_for_a_planner(timezone.now())
        assert waiting.filter(pk=job.pk).exists()
    planning.plan(job.pk)
    job.refresh_from_db()
    assert (job.total_items, job.steps_left, waiting.count()) == (25, 3, 0)


def test_a_source_that_breaks_off_is_asked_again_where_it_stopped(
    shop: Shop, by: Requester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "BATCH_ITEMS", 10)
    monkeypatch.setattr(mongo, "BATCH", 10)
    fill(shop, 45)
    job = jobs.create(draft(skip=2, limit=40), by=by)
    with at_batch(2, lambda: shop.client.admin.command("killAllSessions", [])):
        planning.plan(job.pk)
    job.refresh_from_db()
    assert 0 < len(laid_out(job)) < 40
    assert (job.status, job.planned_at, job.planning_failures) == (Status.RUNNING, None, 1)
    due(job)
    planning.plan(job.pk)
    job.refresh_from_db()
    assert laid_out(job) == [(at, str(at + 2)) for at in range(40)]
    assert (job.planning_failures, job.total_items) == (0, 40)


def test_a_source_that_stays_away_fails_the_job_at_last(shop: Shop, by: Requester, settings: Settings) -> None:
    fill(shop, 1)
    job = jobs.create(draft(), by=by)
    settings.MONGODB_URI = ""
    for failures in range(1, planning.MOST_FAILURES):
        planning.plan(job.pk)
        planning.plan(job.pk)  # rests
        job.refresh_from_db()
        assert (job.status, job.planning_failures) == (Status.RUNNING, failures)
        due(job)
    planning.plan(job.pk)
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert job.reason == "The source of the documents does not answer."
    assert told(job) == ["job.created", "job.started", "job.failed"]


def test_a_job_that_the_source_does_not_understand_fails(shop: Shop, by: Requester) -> None:
    fill(shop, 1)
    job = jobs.create(draft(), by=by)
    Job.objects.filter(pk=job.pk).update(filter_query={"a": {"$regex": "("}})
    planning.plan(job.pk)
    job.refresh_from_db()
    assert (job.status, Item.objects.count()) == (Status.FAILED, 0)


def test_a_job_called_off_is_not_laid_out_further(shop: Shop, by: Requester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "BATCH_ITEMS", 10)
    fill(shop, 45)
    job = jobs.create(draft(), by=by)
    with at_batch(2, lambda: jobs.cancel(job.public_id, "enough", by=by)):
        planning.plan(job.pk)
    planning.plan(job.pk)
    job.refresh_from_db()
    assert (job.status, job.planned_at, len(laid_out(job))) == (Status.CANCELLED, None, 20)


def test_a_planner_whose_lease_another_has_by_now_writes_nothing_more(
    shop: Shop, by: Requester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "BATCH_ITEMS", 10)
    fill(shop, 45)
    job = jobs.create(draft(), by=by)
    with at_batch(2, lambda: Job.objects.filter(pk=job.pk).update(lease="another's")):
        planning.plan(job.pk)
    job.refresh_from_db()
    assert (job.lease, job.planned_at, len(laid_out(job))) == ("another's", None, 20)


def test_documents_that_went_away_meanwhile_leave_a_job_that_is_done(shop: Shop, by: Requester) -> None:
    fill(shop, 3)
    job = jobs.create(draft(), by=by)
    shop.hotels.drop()
    planning.plan(job.pk)
    job.refresh_from_db()
    assert (job.status, job.total_items, job.progress) == (Status.COMPLETED, 0, 100.0)
    assert told(job) == ["job.created", "job.started", "job.completed"]


def test_what_is_no_address_is_over_before_it_began(shop: Shop, by: Requester) -> None:
    shop.hotels.insert_one({"_id": 1, "images": [7, None, URL.format(1)]})
    shop.hotels.insert_one({"_id": 2, "images": [URL.format(at) for at in range(10_003)]})
    job = jobs.create(draft(), by=by)
    planning.plan(job.pk)
    job.refresh_from_db()
    assert (job.found, job.failed, job.skipped) == (10_006, 2, 3)
    assert job.reasons == {"no_url": 2, "too_many_urls": 3}
    first, second = Item.objects.filter(job=job).order_by("number")
    assert first.results == [
        {
            "url": "",
            "outcome": "failed",
            "reason": "no_url",
            "times": 2,
            "bytes": 0,
            "attempts": 0,
            "change": "",
            "file": "",
        }
    ]
    assert (second.results[0]["outcome"], second.results[0]["times"]) == (Outcome.SKIPPED, 3)


def test_the_cost_of_a_batch_does_not_grow_with_its_documents(shop: Shop, by: Requester) -> None:
    costs = []
    for number in (20, 60):
        shop.hotels.drop()
        fill(shop, number)
        job = jobs.create(draft(), by=by)
        with CaptureQueriesContext(connection) as queries:
            planning.plan(job.pk)
        assert len(laid_out(job)) == number
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 25


@pytest.mark.django_db(transaction=True)
def test_many_planners_at_once_lay_a_job_out_once(shop: Shop, by: Requester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "BATCH_ITEMS", 10)
    fill(shop, 45)
    job = jobs.create(draft(), by=by)
    together(*[lambda: planning.plan(job.pk)] * 6)
    job.refresh_from_db()
    assert laid_out(job) == [(at, str(at)) for at in range(45)]
    assert (job.found, job.steps_left, len(ranges(job))) == (45, 5, 5)
    assert told(job) == ["job.created", "job.started"]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (draft(), NotFound),
        (draft(Kind.DOCUMENT, document_id="7"), DocumentNotFound),
        (draft(Kind.BATCH, filter_query={"a": 1}), NotFound),
        (draft(Kind.BATCH, filter_query={"$where": "1"}), Invalid),
        (draft(fields=("$where",)), Invalid),
        (draft(limit=0), Invalid),
        (draft(skip=-1), Invalid),
        (Draft(Kind.COLLECTION, "admin", "hotels"), Invalid),
        (Draft(Kind.COLLECTION, "shop", "system.users"), Invalid),
    ],
)
def test_what_can_not_be_harvested_leaves_no_job(
    shop: Shop, by: Requester, asked: Draft, refusal: type[NotFound]
) -> None:
    with pytest.raises(refusal):
        jobs.create(asked, by=by)
    assert (Job.objects.count(), Event.objects.count()) == (0, 0)


def test_places_that_are_not_allowed_leave_no_job(shop: Shop, by: Requester, settings: Settings) -> None:
    fill(shop, 1)
    settings.HARVEST_ALLOW = ["shop.bars"]
    with pytest.raises(Forbidden):
        jobs.create(draft(), by=by)
    assert Job.objects.count() == 0


# -- listed ---------------------------------------------------------------------------------------


def test_listed_documents_are_laid_out_with_the_job(by: Requester) -> None:
    lines = b"".join(json.dumps({"id": at, "images": URL.format(at)}).encode() + b"\n" for at in range(1234))
    job = jobs.create_listed(Draft(Kind.SOURCE, "json.file", "mine"), files.entries(io.BytesIO(lines), FIELDS), by=by)
    assert (job.status, job.total_items, job.found) == (Status.PENDING, 1234, 1234)
    assert laid_out(job) == [(at, str(at)) for at in range(1234)]
    numbers = [number for first, last in ranges(job) for number in range(first, last + 1)]
    assert numbers == list(range(1234))
    assert job.steps_left == len(ranges(job))
    planning.plan(job.pk)
    assert Item.objects.count() == 1234


@pytest.mark.parametrize(("text", "refusal"), [(b"[]", NotFound), (b'[{"id": 1}, 5]', Invalid), (b"", Invalid)])
def test_a_listing_that_is_none_leaves_no_job(by: Requester, text: bytes, refusal: type[NotFound]) -> None:
    with pytest.raises(refusal):
        jobs.create_listed(Draft(Kind.SOURCE, "json.file", "mine"), files.entries(io.BytesIO(text), FIELDS), by=by)
    assert (Job.objects.count(), Item.objects.count(), Event.objects.count()) == (0, 0, 0)


# -- previews -------------------------------------------------------------------------------------


def test_a_preview_counts_and_samples_without_our_database(shop: Shop, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = []
    urls = ["https://a.example/1.jpg", "https://A.example./2.jpg", "http://b.example/x", "https://b.example:8443/x"]
    urls += ["http://127.0.0.1/x", "http://[::1]/x", "http://2130706433/", "ftp://a.example/", "https://u:p@a.example/"]
    shop.hotels.insert_one({"_id": 1, "name": "Sol & Mar", "images": [*urls, 7]})
    found = previews.preview(draft(Kind.BATCH, filter_query={"_id": 1}))
    assert found == {
        "documents": 1,
        "sampled": 1,
        "urls": 9,
        "hosts": {"a.example": 2, "b.example": 1},
        "refused": {"address_refused": 4, "url_refused": 2, "no_url": 1},
        "sample": [
            {"document_id": "1", "search_field": "Sol & Mar", "folder": "1-sol-mar", "images": 9, "urls": urls[:5]}
        ],
    }


def test_a_preview_of_many_documents_looks_into_few(shop: Shop) -> None:
    fill(shop, 300, images=2)
    found = previews.preview(draft(limit=250))
    assert (found["documents"], found["sampled"], found["urls"], len(found["sample"])) == (250, 200, 400, 10)


def test_a_preview_of_nothing_is_empty(shop: Shop) -> None:
    nothing = {"documents": 0, "sampled": 0, "urls": 0, "hosts": {}, "refused": {}, "sample": []}
    assert previews.preview(draft()) == nothing
    assert previews.listed([]) == nothing


def test_a_preview_of_a_listing_counts_all_of_it() -> None:
    found = previews.listed(Entry(str(at), "", (URL.format(at),)) for at in range(1000))
    assert (found["documents"], found["sampled"], found["hosts"]) == (1000, 200, {"x.example": 200})


@pytest.mark.parametrize("asked", [draft(filter_query={"$where": "1"}), Draft(Kind.BATCH, "local", "oplog")])
def test_a_preview_refuses_what_a_job_would(asked: Draft) -> None:
    with pytest.raises(Invalid):
        previews.preview(asked)
