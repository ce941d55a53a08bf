from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from harvester.drafts import Draft
from harvester.models import Item, ItemState, Job, Kind, Step
from harvester.policies import Requester
from harvester.services import jobs
from imagehub.events.models import Event
from imagehub.lib.errors import Conflict, Forbidden, Invalid, JobFinished, JobNotFound, NotFound
from tests.harvester.harvesting import DRAFT, ROBOT, asked, fresh

pytestmark = pytest.mark.django_db

URLS = ["http://pictures.example/1.jpg", "http://pictures.example/2.jpg"]
BATCH = Draft(Kind.BATCH, "shop", "hotels")
REFUSED: dict[str, tuple[Draft, type[Exception]]] = {
    "a database of the server's own": (replace(BATCH, database="admin"), Invalid),
    "a collection of the server's own": (replace(BATCH, collection="system.users"), Invalid),
    "an operator that runs code": (replace(BATCH, filter_query={"$where": "1"}), Invalid),
    "no documents": (replace(BATCH, limit=0), Invalid),
    "fewer than none left out": (replace(BATCH, skip=-1), Invalid),
    "no fields": (replace(BATCH, fields=()), Invalid),
    "a processor nobody knows": (replace(BATCH, processors=("sepia",)), Invalid),
    "a place that only listings have": (replace(BATCH, database="json.api"), Invalid),
    "a place that is not allowed": (replace(BATCH, database="bank"), Forbidden),
}


def kinds() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("pk").values_list("kind", "audience"))


def test_a_harvest_is_laid_out_and_announced(staff: User) -> None:
    by = Requester(staff, "key:theirs")
    job = jobs.create_listed(DRAFT, [entry for entry in entries()], by=by)  # noqa: C416  # one that can be read once

    assert (job.status, job.total_items, job.found, job.steps_left) == ("pending", 2, 2, 1)
    assert list(Item.objects.filter(job=job).values_list("document_id", "urls")) == [("a", URLS[:1]), ("b", URLS[1:])]
    assert (job.caller, job.owner) == ("key:theirs", staff)
    assert kinds() == [("job.created", "staff")]


def entries() -> Any:
    from harvester.sources.entries import Entry

    return (Entry(name, "", (url,)) for name, url in zip("ab", URLS, strict=True))


@pytest.mark.parametrize("why", REFUSED)
def test_what_can_not_be_harvested_is_refused_without_a_trace(why: str, settings: Settings) -> None:
    settings.HARVEST_ALLOW = ["shop.*"]
    draft, refusal = REFUSED[why]
    with pytest.raises(refusal):
        jobs.create(draft, by=ROBOT)
    assert (Job.objects.count(), Event.objects.count()) == (0, 0)


def test_a_harvest_of_nothing_is_not_found_and_leaves_no_trace() -> None:
    with pytest.raises(NotFound):
        asked({})
    assert (Job.objects.count(), Item.objects.count(), Event.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("word", ["user:ada", "key:hers"])
def test_nobody_but_staff_and_services_may_harvest(ada: User, word: str) -> None:
    with pytest.raises(Forbidden):
        jobs.create_listed(DRAFT, entries(), by=Requester(ada, word))
    assert Job.objects.count() == 0


def test_a_job_is_cancelled_once(staff: User) -> None:
    job = asked({"a": URLS})
    jobs.cancel(job.public_id, "enough", by=Requester(staff, f"user:{staff.public_id}"))

    assert (fresh(job).status, fresh(job).reason, fresh(job).completed_at is not None) == ("cancelled", "enough", True)
    with pytest.raises(JobFinished):
        jobs.cancel(job.public_id, "", by=ROBOT)
    assert kinds()[1:] == [("job.cancelled", "staff")]


def test_a_job_of_another_key_is_not_there() -> None:
    job = asked({"a": URLS})
    other = replace(ROBOT, word="service:other")
    with pytest.raises(JobNotFound):
        jobs.cancel(job.public_id, "", by=other)
    with pytest.raises(JobNotFound):
        jobs.retry(job.public_id, by=other)
    assert fresh(job).status == "pending"


def test_only_what_failed_is_tried_again() -> None:
    job = asked({"a": URLS, "b": URLS})
    item = Item.objects.get(job=job, document_id="b")
    outcomes = zip(URLS, ("downloaded", "failed"), strict=True)
    item.results = [{"url": url, "outcome": outcome, "reason": "", "attempts": 1} for url, outcome in outcomes]
    item.state = ItemState.FAILED
    item.save()
    Job.objects.update(status="completed")
    again = jobs.retry(job.public_id, by=ROBOT)

    assert list(again.items.values_list("document_id", "label", "urls")) == [("b", "hotel b", URLS[1:])]
    assert (again.retry_of, again.total_items, again.found, again.database) == (job, 1, 1, job.database)
    assert again.options["only"] == "failed"


def test_a_job_without_failures_or_under_way_is_not_tried_again() -> None:
    job = asked({"a": URLS})
    with pytest.raises(Conflict):
        jobs.retry(job.public_id, by=ROBOT)
    Job.objects.update(status="completed")
    with pytest.raises(Conflict):
        jobs.retry(job.public_id, by=ROBOT)
    assert (Job.objects.count(), Step.objects.count()) == (1, 1)


def test_a_job_outlives_the_account_that_asked_for_it(staff: User) -> None:
    job = jobs.create_listed(DRAFT, entries(), by=Requester(staff, "key:theirs"))
    staff.delete()
    assert fresh(job).owner is None
