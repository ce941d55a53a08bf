"""Background work of harvests."""

from celery import shared_task

from harvester import tallies, waking
from harvester.engine import session
from harvester.models import Job
from harvester.services import claiming, planning, processing, schedules
from imagehub.lib import clocks

MOST_PLANNED = 100  # that a sweep takes up; the next one takes up others


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery carries no types
def work() -> None:
    """Work on whatever waits; in a process that does so already this returns at once."""
    if session.run():
        waking.workers()


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def plan(job_pk: int) -> None:
    """Lay out what is left of a job."""
    planning.plan(job_pk)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def process(document_pk: int) -> None:
    """Make all that is wanted of a document's files."""
    processing.process(document_pk)


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def sweep() -> None:
    """Take up what messages that were lost, or workers that died, have left."""
    waiting = Job.objects.waiting_for_a_planner(clocks.now()).order_by("served_at", "pk")
    for job_pk in waiting.values_list("pk", flat=True)[:MOST_PLANNED]:
        waking.planner(job_pk)
    if claiming.is_wanted():
        waking.workers()


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def begin_due() -> None:
    """Begin the harvests whose moment has come."""
    schedules.begin_due()


@shared_task(acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # likewise
def forget() -> None:
    """Drop counts that nobody asks for any more."""
    tallies.forget()
