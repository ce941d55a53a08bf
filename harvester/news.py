"""What is told about harvests."""

from typing import Any

from harvester import listing
from harvester.models import Job
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind

_TOLD = (
    "type", "status", "database", "collection", "total_items", "processed_items", "failed_items", "images",
    "progress_percentage",
)  # fmt: skip


def facts(job: Job) -> dict[str, Any]:
    """Return where a job stands: what is small and changes of what its clients see."""
    seen = dict(listing.card(job))
    return {"job_id": job.public_id, **{name: seen[name] for name in _TOLD}}


def tell(kind: Kind, job: Job) -> None:
    """Say in the transaction under way where a job stands, to the staff: nobody else asks for harvests."""
    outbox.record(kind, audience=audience.STAFF, data=facts(job))
