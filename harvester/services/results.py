"""What became of the addresses of a document, as its item tells it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from harvester.models import Harvested, Item, ItemState, Job, Outcome, Step, StepState, address_of
from imagehub.lib import rows

NOWHERE = {"url": "", "bytes": 0, "attempts": 0, "change": "", "file": ""}  # of a result without an address
_NOTED = ("state", "results", "finished_at")


def of(row: Harvested) -> dict[str, Any]:
    """Return what became of one address."""
    return {
        "url": row.url,
        "outcome": row.outcome,
        "reason": row.reason,
        "bytes": row.size if row.outcome == Outcome.DOWNLOADED else 0,
        "attempts": row.attempts,
        "change": row.change,
        "file": row.filename,
    }


def note_unfinished(job: Job) -> None:
    """Within the transaction that ends a job, let documents that it leaves open tell what has failed of them.

    The job counts them as it does those that it has closed.
    """
    # Steps that the release before this one has taken, or takes while it is replaced, say so by their tries alone.
    begun = Step.objects.filter(Q(is_begun=True) | Q(tries__gt=0), job=job).exclude(state=StepState.DONE)
    for first, last in begun.values_list("first", "last"):
        within = Item.objects.filter(job=job, number__range=(first, last), state=ItemState.PENDING)
        failed = _failed(job, list(within))
        rows.update(Item, {item.pk: {name: getattr(item, name) for name in _NOTED} for item in failed})
        job.processed_items += len(failed)
        job.failed_items += len(failed)


def _failed(job: Job, items: Sequence[Item]) -> list[Item]:
    """Return those items of which something has failed, filled in."""
    addresses = {address_of(job.database, job.collection, item.document_id): item for item in items}
    found = Harvested.objects.filter(document__address__in=addresses, job=job).exclude(outcome="")
    for row in found.select_related("document").order_by("document", "number"):
        addresses[row.document.address].results.append(of(row))
    failed = [item for item in items if any(result["outcome"] == Outcome.FAILED for result in item.results)]
    for item in failed:
        item.state, item.finished_at = ItemState.FAILED, timezone.now()
    return failed
