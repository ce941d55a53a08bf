"""Harvests: asked for, called off, and asked for again where they failed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from harvester import drafts, naming, news, sources, waking
from harvester.drafts import Draft
from harvester.models import ACTIVE, Item, ItemState, Job, Kind, Outcome, Schedule, Status
from harvester.policies import Requester, job_seen_by, require_may_harvest
from harvester.processors import PROCESSORS
from harvester.services import results, steps
from harvester.sources import Entry, documents, filters
from imagehub.events.catalog import Kind as Fact
from imagehub.lib import clocks
from imagehub.lib.errors import Conflict, DocumentNotFound, Invalid, JobFinished, NotFound
from imagehub.lib.transactions import write

LONGEST_REASON = 300
APART = timedelta(seconds=10)  # between the turns of jobs that one caller has asked for and nobody has begun
ONLY_FAILED = "failed"  # as `options["only"]`: the items name a part of their documents' addresses


def create(draft: Draft, *, by: Requester, schedule: Schedule | None = None) -> Job:
    """Begin a harvest of documents that a source has now; NotFound or DocumentNotFound when it has none."""
    require_may_harvest(by)
    return begin(draft, count(draft), by=by, schedule=schedule)


def count(draft: Draft) -> int:
    """Return how many documents a source has now, writing nothing; NotFound or DocumentNotFound for none."""
    judge(draft)
    found = sources.opened(draft).count()
    if not found:
        raise DocumentNotFound if draft.kind is Kind.DOCUMENT else NotFound
    return found


def begin(draft: Draft, documents: int, *, by: Requester, schedule: Schedule | None = None) -> Job:
    """Begin a harvest of documents that were counted a moment ago, without asking their source again."""
    require_may_harvest(by)
    job = _fresh(draft, by, schedule)
    job.total_items = documents
    return _begun(job)


def create_listed(draft: Draft, entries: Iterable[Entry], *, by: Requester, schedule: Schedule | None = None) -> Job:
    """Begin a harvest of documents that are named here and nowhere else; NotFound when there are none."""
    require_may_harvest(by)
    judge(draft)
    return _listed(_fresh(draft, by, schedule), list(entries))


@write
def _listed(job: Job, entries: Sequence[Entry]) -> Job:
    job.pk = None
    job.save(force_insert=True)
    steps.listed(job, entries)
    job.refresh_from_db()
    if not job.total_items:
        raise NotFound
    news.tell(Fact.JOB_CREATED, job)
    waking.workers()
    return job


@write
def cancel(public_id: str, reason: str, *, by: Requester) -> Job:
    """Call a harvest off for good: workers begin no new fetch, and what they still bring is not taken."""
    job = _locked(public_id, by)
    if job.is_over:
        raise JobFinished
    job.reason = " ".join(reason.split())[:LONGEST_REASON]
    end(job, Status.CANCELLED)
    return job


@write
def retry(public_id: str, *, by: Requester) -> Job:
    """Begin a harvest of those addresses alone that failed in an earlier one; Conflict when none did."""
    require_may_harvest(by)
    former = job_seen_by(by, public_id)
    if not former.is_over:
        raise Conflict(_("Wait until the job is over, or cancel it."))
    job = _fresh(replace(drafts.of(former), limit=None, skip=0), by)
    job.retry_of = former
    job.options = {**job.options, "only": ONLY_FAILED}
    job.save(force_insert=True)
    steps.listed(job, _failed(former))
    job.refresh_from_db()
    if not job.total_items:
        raise Conflict(_("No image of this job has failed."))
    news.tell(Fact.JOB_CREATED, job)
    waking.workers()
    return job


def start(job_pk: int) -> None:
    """Note within the caller's transaction that a job is being worked on; one that is already needs nothing."""
    if Job.objects.filter(pk=job_pk, status=Status.PENDING).update(status=Status.RUNNING, started_at=timezone.now()):
        news.tell(Fact.JOB_STARTED, Job.objects.get(pk=job_pk))


@write
def fail(job_pk: int, reason: str) -> None:
    """Give a harvest up that can't be carried out; one that is over stays as it is."""
    job = Job.objects.select_for_update().get(pk=job_pk)
    if not job.is_over:
        job.reason = reason[:LONGEST_REASON]
        end(job, Status.FAILED)


def complete(job_pk: int) -> bool:
    """End a harvest within the caller's transaction if all of it is planned and done, and tell whether it was."""
    done = Job.objects.filter(pk=job_pk, status__in=ACTIVE, planned_at__isnull=False, steps_left=0)
    now = timezone.now()
    if not done.update(status=Status.COMPLETED, completed_at=now):
        return False
    Job.objects.filter(pk=job_pk, started_at=None).update(started_at=now)
    news.tell(Fact.JOB_COMPLETED, Job.objects.get(pk=job_pk))
    return True


def end(job: Job, status: Status) -> None:
    """End a job that is locked, and say so."""
    job.status = status
    job.completed_at = timezone.now()
    results.note_unfinished(job)
    job.save(update_fields=["status", "reason", "completed_at", "processed_items", "failed_items"])
    news.tell(Fact.JOB_FAILED if status is Status.FAILED else Fact.JOB_CANCELLED, job)


def judge(draft: Draft) -> None:
    """Refuse what can't be harvested, whoever asks: Invalid or Forbidden."""
    naming.judge_place(draft.database, draft.collection)
    is_here = draft.kind is Kind.SOURCE or draft.database not in naming.LISTED
    _require("database", is_here, _("This is no name of a database that can be harvested."))
    filters.judge(draft.filter_query)
    _require("limit", draft.limit is None or draft.limit >= 1, _("Use 1 or more."))
    _require("skip", draft.skip >= 0, _("Use 0 or more."))
    documents.judge_fields(draft.fields)
    unknown = _("Choose among: %(names)s.") % {"names": ", ".join(PROCESSORS)}
    _require("processors", PROCESSORS.keys() >= set(draft.processors), unknown)


def _require(field: str, holds: bool, sentence: str) -> None:  # noqa: FBT001  # the condition is what is required
    if not holds:
        raise Invalid(details={field: [sentence]})


def _fresh(draft: Draft, by: Requester, schedule: Schedule | None = None) -> Job:
    return Job(
        schedule=schedule,
        scheduled_for=schedule.next_at if schedule else None,
        kind=draft.kind,
        caller=by.word,
        owner=by.actor if isinstance(by.actor, User) else None,
        database=draft.database,
        collection=draft.collection,
        document_id=draft.document_id,
        filter_query=dict(draft.filter_query),
        options=draft.options,
        metadata=dict(draft.metadata),
        served_at=_turn_of(by),
    )


def _turn_of(by: Requester) -> datetime:
    """Return when a job counts as served last: behind what its caller has not begun, so that others come in between."""
    now, waiting = clocks.now(), Job.objects.filter(status=Status.PENDING, caller=by.word)
    last = waiting.aggregate(last=Max("served_at"))["last"]
    return max(now, last + APART) if last else now


@write
def _begun(job: Job) -> Job:
    job.pk = None
    job.save(force_insert=True)
    news.tell(Fact.JOB_CREATED, job)
    waking.planner(job.pk)
    return job


def _locked(public_id: str, by: Requester) -> Job:
    """Return a job that `by` may steer, as it is now that nobody else can change it."""
    seen = job_seen_by(by, public_id)
    return Job.objects.select_for_update().get(pk=seen.pk)


def _failed(job: Job) -> Iterator[Entry]:
    """Go through the addresses that failed, document by document."""
    items = Item.objects.filter(job=job, state=ItemState.FAILED).order_by("number")
    for item in items.iterator(chunk_size=500):
        urls = tuple(result["url"] for result in item.results if result["url"] and result["outcome"] == Outcome.FAILED)
        if urls:
            yield Entry(item.document_id, item.label, urls, "")
