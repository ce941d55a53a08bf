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


def _send(task: str, *arguments: int) -> None:
    current_app.tasks[task].apply_async(arguments, expires=STALE)
