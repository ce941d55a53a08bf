"""Waking whoever does the work; the database knows of it, so a message that is lost only delays it."""

from celery import current_app

from imagehub.lib.transactions import after_commit

STALE = 60  # seconds after which a message that nobody took is of no use


def planner(job_pk: int) -> None:
    """Let a worker plan a job once the transaction under way commits."""
    after_commit(_send, "harvester.tasks.plan", job_pk)


def workers() -> None:
    """Let a worker look for steps once the transaction under way commits."""
    after_commit(_send, "harvester.tasks.work")


def processor(document_pk: int) -> None:
    """Let a worker make what is wanted of a document's files once the transaction under way commits."""
    after_commit(current_app.send_task, "harvester.tasks.process", [document_pk], retry=False)


def _send(task: str, *arguments: int) -> None:
    current_app.send_task(task, arguments, expires=STALE, retry=False)
