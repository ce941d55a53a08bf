"""What visits have found is recorded, some of them at a time, and each once for its job."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from harvester import news, tallies
from harvester.models import Harvested, Job, Outcome, Status
from harvester.work import File, Result
from imagehub.events.catalog import Kind
from imagehub.lib.transactions import write

MOST_HOSTS = 50  # that a job tells of
LONGEST_ETAG, LONGEST_DATE = 500, 64
NOT_FOUND = "not_found"
ADDED, CHANGED = "added", "changed"

_PAUSE = timedelta(seconds=1)  # between two news of progress
_COUNTS = (
    "downloaded", "unchanged", "failed", "skipped", "bytes", "added", "changed", "gone", "reasons", "hosts"
)  # fmt: skip
_COLUMNS = [
    "job", "outcome", "reason", "attempts", "change", "key", "filename", "final_url", "content_type", "width", "height",
    "size", "md5", "sha256", "etag", "last_modified", "downloaded_at", "checked_at", "gone_at",
]  # fmt: skip


@write
def settle(results: Sequence[Result]) -> set[str]:
    """Record results, and return the keys of files that no row knows, or knows any more.

    Those of jobs that are over count for nothing; of an address that its job has settled the first one counts.
    """
    jobs = running({result.errand.parcel.claim.job for result in results})
    rows = _rows(results)
    fresh = _news(results, jobs, rows)
    former = {row.key for row in rows.values()} | {result.file.key for result in results if result.file}
    for result in results:
        row = rows.get(result.errand.row)
        # What lies under a key is what its row says, whoever put it there.
        if row is not None and result.file and (row.pk in fresh or row.key):
            _note_file(row, result.file, rows)
    for pk, result in fresh.items():
        _note(rows[pk], result, jobs[result.errand.parcel.claim.job])
    _save(list(rows.values()))
    settled = [result for result in fresh.values() if result.outcome]
    for job in jobs.values():
        _count(job, [result for result in settled if result.errand.parcel.claim.job == job.pk])
    tallies.add(settled)
    return _unknown(former - {row.key for row in rows.values()})


def _news(results: Iterable[Result], jobs: dict[int, Job], rows: dict[int, Harvested]) -> dict[int, Result]:
    news_of: dict[int, Result] = {}
    for result in results:
        job, row = jobs.get(result.errand.parcel.claim.job), rows.get(result.errand.row)
        if job is not None and row is not None and not (row.job_id == job.pk and row.outcome):
            news_of.setdefault(row.pk, result)
    return news_of


def _unknown(keys: set[str]) -> set[str]:
    keys.discard("")
    return keys - set(Harvested.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else keys


def running(pks: Iterable[int]) -> dict[int, Job]:
    """Return those jobs that are not over, locked, so that none ends meanwhile."""
    found = Job.objects.select_for_update().filter(pk__in=list(pks), status=Status.RUNNING).order_by("pk")
    return {job.pk: job for job in found}


def _rows(results: Iterable[Result]) -> dict[int, Harvested]:
    pks = {result.errand.row for result in results}
    pks.update(pk for result in results if result.file for pk in result.file.moved)
    return {row.pk: row for row in Harvested.objects.select_for_update().filter(pk__in=pks).order_by("pk")}


def _note(row: Harvested, result: Result, job: Job) -> None:
    now = timezone.now()
    row.job, row.attempts, row.outcome, row.reason = job, result.errand.attempts, result.outcome, result.reason
    row.change = result.change
    if result.outcome in {Outcome.DOWNLOADED, Outcome.UNCHANGED}:
        row.checked_at, row.gone_at = now, None
        row.etag, row.last_modified = result.etag[:LONGEST_ETAG], result.last_modified[:LONGEST_DATE]
        row.final_url = result.final_url
    elif result.reason == NOT_FOUND and row.key and row.gone_at is None:
        row.gone_at = now
        job.gone += 1


def _note_file(row: Harvested, file: File, rows: dict[int, Harvested]) -> None:
    for pk, key in file.moved.items():
        if pk in rows:
            rows[pk].key, rows[pk].filename = key, key.rpartition("/")[2]
    row.key, row.filename, row.downloaded_at = file.key, file.key.rpartition("/")[2], timezone.now()
    for name in ("content_type", "width", "height", "size", "md5", "sha256"):
        setattr(row, name, getattr(file, name))


def _save(rows: Sequence[Harvested]) -> None:
    """Write all of them in one statement, which a `bulk_update` of so many columns would not be."""
    target = ["pk"] if connection.features.supports_update_conflicts_with_target else None
    Harvested.objects.bulk_create(rows, update_conflicts=True, update_fields=_COLUMNS, unique_fields=target)


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


def _count_host(told: dict[str, int], result: Result, size: int) -> None:
    told["failed" if result.outcome == Outcome.FAILED else "done"] += 1
    told["bytes"] += size


def _busiest(hosts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    if len(hosts) <= MOST_HOSTS:
        return hosts
    ordered = sorted(hosts.items(), key=lambda entry: -entry[1]["done"] - entry[1]["failed"])
    return dict(ordered[:MOST_HOSTS])
