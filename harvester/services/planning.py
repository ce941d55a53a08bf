"""Laying a job out: its source is read once, in batches, each of which is kept before the next is read."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from time import monotonic

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from harvester import drafts, sources, waking
from harvester.models import ACTIVE, Job, Status
from harvester.services import jobs, steps
from harvester.sources.entries import Entry
from imagehub.lib import clocks
from imagehub.lib.errors import Forbidden, Invalid, SourceUnavailable
from imagehub.lib.transactions import write

LEASE = timedelta(minutes=2)  # longer than a batch takes to be read and written
TURN = 10.0  # seconds after which other jobs come first
REST = timedelta(seconds=15)  # before a source that did not answer is asked again
MOST_FAILURES = 20  # in a row
OVERDUE = timedelta(seconds=2)  # after which whoever could lay a new job out must be busy with something else


def plan(job_pk: int) -> None:
    """Lay out what is left of a job; nothing is done twice, however often or in parallel this is called.

    What breaks it off costs at most a batch: the next call goes on behind the last one kept.
    """
    job = _taken(job_pk)
    if job is None:
        return
    try:
        _read(job)
    except SourceUnavailable:
        _put_off(job)
    except (Invalid, Forbidden) as refusal:
        jobs.fail(job_pk, str(refusal.message))


def is_overdue() -> bool:
    """Tell whether a new job waits for somebody to lay it out."""
    waiting = Job.objects.waiting_for_a_planner(clocks.now()).filter(status=Status.PENDING)
    return waiting.filter(created_at__lt=timezone.now() - OVERDUE).exists()


def _read(job: Job) -> None:
    draft = drafts.of(job)
    left = None if draft.limit is None else max(0, draft.limit - job.items.count())
    entries = sources.opened(draft).read(job.planned_after)
    ends_at = monotonic() + TURN
    for batch in steps.batches(islice(entries, left)):
        if not _kept(job, batch):
            return
        if monotonic() > ends_at:
            _let_go(job)
            return
    _done(job)


@write
def _taken(job_pk: int) -> Job | None:
    """Return a job that is ours to lay out for a while, or None."""
    now = clocks.now()
    waiting = Job.objects.waiting_for_a_planner(now).filter(pk=job_pk)
    if not waiting.update(lease=secrets.token_hex(16), leased_until=now + LEASE):
        return None
    jobs.start(job_pk)
    return Job.objects.get(pk=job_pk)


@write
def _kept(job: Job, batch: Sequence[Entry]) -> bool:
    """Write a batch and keep the lease, unless the job is over or another's by now."""
    held = _held(job)
    if held is None:
        return False
    steps.add(held, batch)
    Job.objects.filter(pk=held.pk).update(leased_until=clocks.now() + LEASE, planning_failures=0)
    waking.workers()
    return True


@write
def _let_go(job: Job) -> None:
    """Queue up again behind the others who wait."""
    if Job.objects.filter(pk=job.pk, lease=job.lease).update(lease="", leased_until=None):
        waking.planner(job.pk)


@write
def _done(job: Job) -> None:
    held = _held(job)
    if held is not None:
        steps.finish(held)
        jobs.complete(held.pk)


@write
def _put_off(job: Job) -> None:
    held = _held(job)
    if held is None:
        return
    if held.planning_failures + 1 >= MOST_FAILURES:
        jobs.fail(held.pk, _("The source of the documents does not answer."))
    rested = {"lease": "", "leased_until": clocks.now() + REST, "planning_failures": F("planning_failures") + 1}
    Job.objects.filter(pk=held.pk).update(**rested)


def _held(job: Job) -> Job | None:
    mine = Job.objects.select_for_update().filter(pk=job.pk, lease=job.lease, status__in=ACTIVE, planned_at=None)
    return mine.first()
