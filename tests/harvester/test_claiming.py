from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import Service
from harvester.models import Harvested, Job, Step
from harvester.policies import Requester
from harvester.services import claiming, finishing, jobs, settling
from harvester.sources.entries import Entry
from harvester.work import Claim, File, Result
from imagehub.events.models import Event
from tests.harvester.harvesting import DRAFT, asked, fresh

pytestmark = pytest.mark.django_db

URLS = [f"http://pictures.example/{number}.jpg" for number in range(1, 4)]
FILE = File("json.file/hotels/a-hotel-a/original/img_001.jpg", "image/jpeg", 4, 3, 100, "m" * 32, "s" * 64)


def taken(lease: str = "mine") -> Claim:
    claim = claiming.take(lease)
    assert claim is not None
    return claim


def past(**lease: object) -> None:
    Step.objects.update(leased_until=timezone.now() - timedelta(seconds=1), **lease)


def test_a_step_brings_the_addresses_of_its_documents_in_order() -> None:
    job = asked({"a": URLS, "b": URLS[:1]})
    claim = taken()

    assert [(errand.url, errand.number) for errand in claim.waiting] == [
        *zip(URLS, (1, 2, 3), strict=True),
        (URLS[0], 1),
    ]
    assert [parcel.home for parcel in claim.parcels] == ["json.file/hotels/a-hotel-a", "json.file/hotels/b-hotel-b"]
    assert (fresh(job).status, claim.left) == ("running", 2)
    assert claiming.take("other") is None


def test_what_is_not_extended_is_free_again_and_lost_to_its_former_holder() -> None:
    asked({"a": URLS})
    claim = taken()
    assert claiming.extend("mine", [claim]) == {claim.step}
    past()
    again = taken("other")

    assert (again.step, again.tries) == (claim.step, 2)
    assert claiming.extend("mine", [claim]) == set()
    claiming.give_back("mine", [claim])
    assert Step.objects.get().lease == "other"


def test_a_step_that_is_given_back_waits_until_it_is_due() -> None:
    asked({"a": URLS})
    claim = taken()
    claim.due_at = timezone.now() + timedelta(minutes=1)
    claiming.give_back("mine", [claim])

    assert claiming.take("other") is None
    assert not claiming.is_wanted()
    Step.objects.update(due_at=timezone.now())
    assert claiming.is_wanted()
    assert taken("other").step == claim.step


def test_the_job_that_waited_longest_is_next() -> None:
    huge = asked({str(number): URLS for number in range(100)})
    first = taken()
    small = asked({"z": URLS})
    order = [taken().job for _ in range(4)]

    assert [first.job, *order] == [huge.pk, huge.pk, small.pk, huge.pk, huge.pk]
    assert claiming.take("mine", without={huge.pk}) is None


def test_whoever_asks_for_many_jobs_does_not_keep_others_waiting() -> None:
    many = [asked({"a": URLS}).pk for _ in range(20)]
    other = Requester(Service("other", frozenset({"harvest"})), "service:other")
    small = jobs.create_listed(DRAFT, [Entry("z", "z", tuple(URLS))], by=other)

    assert [taken().job for _ in range(21)] == [many[0], small.pk, *many[1:]]


def test_a_job_that_is_over_has_no_free_steps() -> None:
    job = asked({"a": URLS})
    claim = taken()
    Job.objects.filter(pk=job.pk).update(status="cancelled")

    assert claiming.extend("mine", [claim]) == set()
    past()
    assert claiming.take("other") is None


def test_what_was_settled_counts_once_however_often_it_is_told() -> None:
    job = asked({"a": URLS})
    claim = taken()
    errands = list(claim.waiting)
    told = [Result(errands[0], "downloaded", "pictures.example", change="added", seconds=0.3, file=FILE)]
    told += [Result(errand, "failed", "pictures.example", "not_found") for errand in errands[1:]]
    assert settling.settle(told) == set()
    assert settling.settle([*told, *told]) == set()

    done = fresh(job)
    assert (done.downloaded, done.added, done.failed, done.bytes) == (1, 1, 2, 100)
    assert done.reasons == {"not_found": 2}
    assert done.hosts == {"pictures.example": {"done": 1, "failed": 2, "bytes": 100}}
    past()
    assert list(taken("other").waiting) == []


def test_a_result_for_a_job_that_is_over_leaves_nothing_but_a_file_to_remove() -> None:
    job = asked({"a": URLS})
    (first, *_others) = taken().waiting
    Job.objects.filter(pk=job.pk).update(status="cancelled")

    assert settling.settle([Result(first, "downloaded", change="added", file=FILE)]) == {FILE.key}
    assert (fresh(job).downloaded, Harvested.objects.exclude(outcome="").count()) == (0, 0)


def test_attempts_are_remembered_when_a_visit_is_put_off() -> None:
    asked({"a": URLS})
    claim = taken()
    (first, *_others) = claim.waiting
    first.attempts = 2
    settling.settle([Result(first, "")])
    claiming.give_back("mine", [claim])

    assert [errand.attempts for errand in taken("other").waiting] == [2, 0, 0]


def test_a_job_is_completed_once_with_its_last_step() -> None:
    job = asked({"a": URLS[:1]})
    claim = taken()
    settling.settle([Result(errand, "skipped", reason="robots") for errand in claim.waiting])
    finishing.finish_steps([claim.step])
    assert fresh(job).status == "running"
    for _ in range(2):
        finishing.close(finishing.tidied(claim.parcels))
        finishing.finish_steps([claim.step])

    done = fresh(job)
    assert (done.status, done.processed_items, done.failed_items, done.skipped, done.steps_left) == (
        "completed",
        1,
        0,
        1,
        0,
    )
    assert Event.objects.filter(kind="job.completed").count() == 1


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="a database in a file has the clock of its only machine")
@pytest.mark.parametrize("minutes", [-2, 2])
def test_workers_leave_one_another_their_steps_however_far_their_clocks_are_apart(
    monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    assert connection.vendor == "mysql"
    with monkeypatch.context() as skewed:
        skewed.setattr(timezone, "now", lambda: datetime.now(UTC) + timedelta(minutes=minutes))
        asked({"a": URLS})
        claim = taken()
        assert claiming.extend("mine", [claim]) == {claim.step}

    assert claiming.take("other") is None
    with monkeypatch.context() as skewed:
        skewed.setattr(timezone, "now", lambda: datetime.now(UTC) + timedelta(minutes=minutes))
        claiming.give_back("mine", [claim])
    assert taken("other").step == claim.step
