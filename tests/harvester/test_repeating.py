"""Harvests done once more."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from django.utils import timezone
from pymongo.database import Database

from harvester import naming
from harvester.drafts import Draft
from harvester.models import Item, Job, Kind, Schedule, Status
from harvester.policies import Requester
from harvester.services import jobs, repeating, schedules
from imagehub.api import callers
from imagehub.lib.errors import Conflict, Invalid, JobNotFound, NotFound
from tests.harvester.harvesting import DRAFT, ROBOT, asked
from tests.origins import Answer, Origin

if TYPE_CHECKING:
    from accounts.models import User

HOTELS = Draft(kind=Kind.COLLECTION, database="shop", collection="hotels", fields=("fotos",), processors=("webp",))
NIGHTLY = "0 3 * * *"


@pytest.fixture
def listing(site: Origin) -> str:
    """Give the address of a JSON API that lists one hotel."""
    return _listed(site, "Miramar")


def test_a_collection_is_read_again_as_it_was_asked_for(shop: Database[dict[str, Any]], db: None) -> None:
    shop["hotels"].insert_one({"_id": 1, "fotos": ["http://img.example.org/1.jpg"]})
    former = _over(jobs.create(HOTELS, by=ROBOT))
    shop["hotels"].insert_one({"_id": 2, "fotos": ["http://img.example.org/2.jpg"]})
    again = repeating.again(former.public_id, by=ROBOT)
    assert (again.kind, again.total_items, again.options) == (Kind.COLLECTION, 2, former.options)


def test_a_json_api_is_asked_again_for_what_it_lists_now(listing: str, site: Origin, db: None) -> None:
    former = _over(repeating.begin(_of_api(listing), by=ROBOT))
    _listed(site, "Bella Vista")
    again = repeating.again(former.public_id, by=ROBOT)
    assert Item.objects.get(job=again).label == "Bella Vista"
    assert again.metadata == {"source": listing}


def test_the_documents_of_a_file_are_not_there_to_be_read_again(db: None) -> None:
    former = _over(asked({"a": ["http://img.example.org/1.jpg"]}))
    with pytest.raises(Invalid):
        repeating.again(former.public_id, by=ROBOT)
    assert Job.objects.count() == 1


def test_what_is_under_way_is_not_begun_again(db: None) -> None:
    with pytest.raises(Conflict):
        repeating.again(asked({"a": ["http://img.example.org/1.jpg"]}).public_id, by=ROBOT)
    assert Job.objects.count() == 1


def test_what_somebody_does_not_see_is_not_begun_again(staff: "User") -> None:
    former = _over(asked({"a": ["http://img.example.org/1.jpg"]}))
    with pytest.raises(JobNotFound):
        repeating.again(former.public_id, by=Requester(staff, "key:other"))


def test_an_api_without_documents_begins_nothing(listing: str, site: Origin, db: None) -> None:
    site.answer("/hotels.json", Answer(body=b"[]"))
    with pytest.raises(NotFound):
        repeating.begin(_of_api(listing), by=ROBOT)
    assert not Job.objects.exists()


def test_a_schedule_asks_a_json_api_each_time(listing: str, site: Origin, staff: "User") -> None:
    schedule = schedules.create("Nightly", NIGHTLY, _of_api(listing), by=staff)
    for name in ("Miramar", "Bella Vista"):
        _listed(site, name)
        Schedule.objects.update(next_at=timezone.now().replace(microsecond=0) - timedelta(minutes=1))
        assert schedules.begin_due() == 1
        job = Job.objects.latest("pk")
        assert (job.schedule, job.caller) == (schedule, callers.user(staff.public_id))
        assert Item.objects.get(job=job).label == name
        Job.objects.update(scheduled_for=None)  # as if that moment had been another night's


def test_one_moment_of_a_schedule_begins_one_harvest_of_an_api(listing: str, staff: "User") -> None:
    schedules.create("Nightly", NIGHTLY, _of_api(listing), by=staff)
    moment = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    for begun in (1, 0):
        Schedule.objects.update(next_at=moment)  # as if the process had died before it moved on
        assert schedules.begin_due() == begun
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (DRAFT, "collection"),
        (Draft(Kind.SOURCE, naming.API_DATABASE, "hotels"), "collection"),
        (Draft(Kind.SOURCE, naming.API_DATABASE, "hotels", metadata={"source": "ftp://example.org/"}), "api_url"),
    ],
    ids=["a file", "an API without an address", "no web address"],
)
def test_what_can_not_be_read_again_is_not_scheduled(draft: Draft, field: str, staff: "User") -> None:
    with pytest.raises(Invalid) as refusal:
        schedules.create("Nightly", NIGHTLY, draft, by=staff)
    assert list(refusal.value.details or {}) == [field]
    assert not Schedule.objects.exists()


def _of_api(address: str) -> Draft:
    return Draft(Kind.SOURCE, naming.API_DATABASE, "hotels", metadata={"source": address})


def _listed(site: Origin, name: str) -> str:
    """Let the site list one hotel of this name."""
    documents = [{"_id": "a", "name": name, "images": [site.url("/1.jpg")]}]
    site.answer("/hotels.json", Answer(body=orjson.dumps(documents)))
    return site.url("/hotels.json")


def _over(job: Job) -> Job:
    """End a job, whatever became of it."""
    Job.objects.filter(pk=job.pk).update(status=Status.COMPLETED, completed_at=timezone.now())
    return job
