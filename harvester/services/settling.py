"""What visits have found is recorded, some of them at a time, and each once for its job."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from harvester import news, tallies
from harvester.models import Harvested, Job, Outcome, Status
from harvester.work import File, Result
from imagehub.events.catalog import Kind
from imagehub.lib import rows
from imagehub.lib.transactions import write

MOST_HOSTS = 50  # that a job tells of
LONGEST_ETAG, LONGEST_DATE = 500, 64
NOT_FOUND = "not_found"

_PAUSE = timedelta(seconds=1)  # between two news of progress
_COUNTS = (
    "downloaded", "unchanged", "failed", "skipped", "bytes", "added", "changed", "gone", "reasons", "hosts"
)  # fmt: skip


class Row(NamedTuple):
    """What matters of a row about to be changed."""

    pk: int
    job: int | None
    outcome: str
    key: str
    is_gone: bool


Rows = dict[int, Row]
Jobs = dict[int, Job]
Changes = dict[str, object]


@write
def settle(results: Sequence[Result]) -> set[str]:
    """Record results, and return the keys of files that no row knows, or knows any more.

    Those of jobs that are over count for nothing; of an address that its job has settled the first one counts.
    """
    jobs = running({result.errand.parcel.claim.job for result in results})
    present = _rows(results)
    fresh = _news(results, jobs, present)
    changes: dict[int, Changes] = defaultdict(dict)
    now = timezone.now()  # one for all, which is quicker to write than many
    for result in results:
        row = present.get(result.errand.row)
        # What lies under a key is what its row says, whoever put it there.
        if row is not None and result.file and (row.pk in fresh or row.key):
            changes[row.pk]["downloaded_at"] = now
            _note_file(changes, row.pk, result.file, present)
    for pk, result in fresh.items():
        _note(changes[pk], present[pk], result, now)
    rows.update(Harvested, changes)
    _count_all(jobs, [result for result in fresh.values() if result.outcome], present)
    return _unknown(_touched(results, present))


def _news(results: Iterable[Result], jobs: Jobs, present: Rows) -> dict[int, Result]:
    found: dict[int, Result] = {}
    for result in results:
        job, row = jobs.get(result.errand.parcel.claim.job), present.get(result.errand.row)
        if job is not None and row is not None and not (row.job == job.pk and row.outcome):
            found.setdefault(row.pk, result)
    return found


def running(pks: Iterable[int]) -> Jobs:
    """Return those jobs that are not over, locked, so that none ends meanwhile."""
    found = Job.objects.select_for_update().filter(pk__in=list(pks), status=Status.RUNNING).order_by("pk")
    return {job.pk: job for job in found}


def _rows(results: Iterable[Result]) -> Rows:
    """Return the rows that results are about, and those whose file they have moved, locked."""
    pks = {pk for result in results for pk in (result.errand.row, *(result.file.moved if result.file else ()))}
    found = Harvested.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    columns = found.values_list("pk", "job_id", "outcome", "key", "gone_at")
    return {pk: Row(pk, job, outcome, key, gone_at is not None) for pk, job, outcome, key, gone_at in columns}


def _note(change: Changes, row: Row, result: Result, now: datetime) -> None:
    errand = result.errand
    change.update(
        job_id=errand.parcel.claim.job,
        attempts=errand.attempts,
        outcome=str(result.outcome),
        reason=result.reason,
        change=result.change,
    )
    if result.outcome in {Outcome.DOWNLOADED, Outcome.UNCHANGED}:
        change.update(checked_at=now, gone_at=None, final_url=result.final_url)
        change.update(etag=result.etag[:LONGEST_ETAG], last_modified=result.last_modified[:LONGEST_DATE])
    elif _is_gone(row, result):
        change["gone_at"] = now


def _is_gone(row: Row, result: Result) -> bool:
    return result.reason == NOT_FOUND and bool(row.key) and not row.is_gone


def _note_file(changes: dict[int, Changes], pk: int, file: File, present: Rows) -> None:
    for other, key in file.moved.items():
        # One that has been given another file meanwhile needs no copy of the former one.
        if other in present and present[other].key == file.key:
            changes[other] = {**_named(key), **changes[other]}
    facts = {name: getattr(file, name) for name in ("content_type", "width", "height", "size", "md5", "sha256")}
    changes[pk].update(_named(file.key), **facts)


def _named(key: str) -> Changes:
    return {"key": key, "filename": key.rpartition("/")[2]}


def _touched(results: Iterable[Result], present: Rows) -> set[str]:
    """Return the keys of files that have come, and of those that they came in place of."""
    touched: set[str] = set()
    for result in results:
        if result.file:
            former = present.get(result.errand.row)
            touched |= {result.file.key, *result.file.moved.values(), former.key if former else ""}
    return touched


def _unknown(keys: set[str]) -> set[str]:
    keys.discard("")
    return keys - set(Harvested.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else keys


def _count_all(jobs: Jobs, results: Sequence[Result], present: Rows) -> None:
    for job in jobs.values():
        mine = [result for result in results if result.errand.parcel.claim.job == job.pk]
        job.gone += sum(_is_gone(present[result.errand.row], result) for result in mine)
        _count(job, mine)
    tallies.add(results)


def _count(job: Job, results: Sequence[Result]) -> None:
    for result in results:
        size = result.file.size if result.file else 0
        setattr(job, result.outcome, getattr(job, result.outcome) + 1)
        job.bytes += size
        if result.change:
            setattr(job, result.change, getattr(job, result.change) + 1)
        if result.reason:
            job.reasons[result.reason] = job.reasons.get(result.reason, 0) + 1
        if result.host:
            _count_host(job.hosts.setdefault(result.host, {"done": 0, "failed": 0, "bytes": 0}), result, size)
    job.hosts = _busiest(job.hosts)
    save(job, *_COUNTS)


def save(job: Job, *columns: str) -> None:
    """Keep counts of a job that is locked, and say now and then how far it has come."""
    now = timezone.now()
    is_time = job.told_at is None or not timedelta(0) <= now - job.told_at < _PAUSE
    if is_time:
        job.told_at = now
        news.tell(Kind.JOB_PROGRESS, job)
    job.save(update_fields=[*columns, "told_at"] if is_time else columns)


@write
def catch_up(pks: Iterable[int]) -> set[int]:
    """Say how far jobs have come of which that was not said with their last change; return those told of lately."""
    now = timezone.now()
    jobs = running(pks).values()
    lately = {job.pk for job in jobs if job.told_at and timedelta(0) <= now - job.told_at < _PAUSE}
    for job in jobs:
        if job.pk not in lately:
            save(job)
    return lately


def _count_host(told: dict[str, int], result: Result, size: int) -> None:
    told["failed" if result.outcome == Outcome.FAILED else "done"] += 1
    told["bytes"] += size


def _busiest(hosts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    if len(hosts) <= MOST_HOSTS:
        return hosts
    ordered = sorted(hosts.items(), key=lambda entry: -entry[1]["done"] - entry[1]["failed"])
    return dict(ordered[:MOST_HOSTS])
