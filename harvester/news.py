"""What is told about harvests."""

from typing import Any

from harvester.models import Job
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind


def facts(job: Job) -> dict[str, Any]:
    """Return where a job stands."""
    return {
        "job_id": job.public_id,
        "type": job.kind,
        "status": job.status,
        "database": job.database,
        "collection": job.collection,
        "total_items": job.total_items,
        "processed_items": job.processed_items,
        "failed_items": job.failed_items,
        "images": images(job),
        "progress_percentage": job.progress,
    }


def images(job: Job) -> dict[str, int]:
    """Return the counts of a job's addresses."""
    names = ("found", "downloaded", "unchanged", "failed", "skipped", "bytes")
    return {name: getattr(job, name) for name in names}


def tell(kind: Kind, job: Job) -> None:
    """Say in the transaction under way where a job stands, to the staff: nobody else asks for harvests."""
    outbox.record(kind, audience=audience.STAFF, data=facts(job))
