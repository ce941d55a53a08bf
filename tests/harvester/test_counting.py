"""Lists of jobs are counted exactly and opened at any page, and what is over is counted once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from harvester import counting, listing
from harvester.models import Job, JobQuerySet, Status
from tests.rows import row_of

pytestmark = pytest.mark.django_db
SIZE = 7


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "RANGE_BITS", 2)
    monkeypatch.setattr(counting, "YOUNG", 2)


@pytest.fixture
def jobs() -> list[Job]:
    """Forty of them: two kinds that alternate, every fifth failed, and the last three under way."""
    ends = [Status.FAILED if number % 5 == 0 else Status.COMPLETED for number in range(37)]
    states = [*ends, Status.RUNNING, Status.PENDING, Status.RUNNING]
    return [row_of(Job, status=status, collection=f"c{number % 2}") for number, status in enumerate(states)]


def every() -> JobQuerySet:
    return Job.objects.all()


def failed() -> JobQuerySet:
    return Job.objects.filter(status=Status.FAILED)


def even() -> JobQuerySet:
    return Job.objects.filter(collection="c0")


def under_way() -> JobQuerySet:
    return Job.objects.filter(status=Status.RUNNING)


CHOICES: list[Callable[[], JobQuerySet]] = [every, failed, even, under_way, lambda: Job.objects.filter(caller="nobody")]


def pages(chosen: JobQuerySet) -> list[str]:
    """Return the ids on all pages of a list, and one page beyond."""
    total = listing.page_of(chosen, page=1, page_size=SIZE)["total"]
    numbers = range(1, total // SIZE + 3)
    return [job["id"] for page in numbers for job in listing.page_of(chosen, page=page, page_size=SIZE)["jobs"]]


def newest_first(chosen: JobQuerySet) -> list[str]:
    return list(chosen.order_by("-pk").values_list("public_id", flat=True))


@pytest.mark.parametrize("choose", CHOICES)
def test_pages_agree_with_the_plain_list_whatever_happens_between(
    choose: Callable[[], JobQuerySet], jobs: list[Job]
) -> None:
    for status in (Status.RUNNING, Status.FAILED, Status.FAILED):
        assert pages(choose()) == newest_first(choose())
        assert counting.total(choose()) == choose().count()
        assert counting.by_status() == Counter(every().values_list("status", flat=True))
        Job.objects.filter(pk=jobs[38].pk).update(status=status)
        jobs.append(row_of(Job, status=Status.COMPLETED, collection="c0"))
    Job.objects.update(status=Status.COMPLETED)
    cache.clear()
    assert pages(choose()) == newest_first(choose())


def test_what_is_over_is_counted_once(jobs: list[Job]) -> None:
    assert (counting.total(every()), counting.total(failed())) == (40, 8)
    Job.objects.filter(pk=jobs[0].pk).delete()  # which nobody does, and which shows what is read again
    assert (counting.total(every()), counting.total(failed())) == (40, 8)
    row_of(Job)
    assert counting.total(every()) == 41


def test_what_lies_above_the_oldest_under_way_is_counted_every_time(jobs: list[Job]) -> None:
    Job.objects.filter(pk=jobs[1].pk).update(status=Status.PENDING)
    counting.total(failed())
    Job.objects.filter(pk=jobs[0].pk).update(status=Status.COMPLETED)
    assert counting.total(failed()) == 7


def test_the_newest_are_not_remembered_as_older_ones_may_appear_among_them(jobs: list[Job]) -> None:
    Job.objects.update(status=Status.COMPLETED)
    gap = jobs[-2].pk
    Job.objects.filter(pk=gap).delete()
    assert counting.total(every()) == 39
    row_of(Job, id=gap)
    assert counting.total(every()) == 40


def test_what_was_counted_of_a_database_that_was_set_back_does_not_count(jobs: list[Job]) -> None:
    Job.objects.update(status=Status.COMPLETED)
    assert counting.total(every()) == 40
    Job.objects.filter(pk__gt=jobs[19].pk).delete()
    assert counting.total(every()) == 20


@pytest.mark.usefixtures("jobs")
def test_few_jobs_are_not_remembered(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(counting, "YOUNG", 1000)
    with django_assert_num_queries(2):
        assert counting.total(every()) == 40
    Job.objects.filter(status=Status.FAILED).delete()
    assert counting.total(every()) == 32


@pytest.mark.usefixtures("jobs")
def test_a_page_of_many_jobs_takes_few_questions(django_assert_num_queries: Any) -> None:
    for page in (1, 4):
        with django_assert_num_queries(6):
            listing.page_of(every(), page=page, page_size=SIZE)
