"""Jobs as clients see them, in answers and in news alike."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from harvester import counting
from harvester.models import Item, ItemState, Job, JobQuerySet, Outcome, Status
from harvester.reasons import sentence
from imagehub.lib import keyset
from imagehub.lib.times import told

MOST_ERRORS = 20  # kinds of error that a job itself tells; all of them one by one are asked for apart


class Counts(TypedDict):
    """What became of the addresses of a job; added and changed ones are among the downloaded."""

    found: int
    downloaded: int
    unchanged: int
    failed: int
    skipped: int
    bytes: int
    added: int
    changed: int
    gone: int


class Fault(TypedDict):
    """Something that went wrong, in the words of the API's clients."""

    timestamp: str
    message: str
    error_type: str
    details: dict[str, Any]


class Card(TypedDict):
    """One job, spelled as the clients of the API know it."""

    id: str
    type: str
    status: str
    database: str
    collection: str
    document_id: str | None
    filter_query: dict[str, Any]
    total_items: int
    processed_items: int
    failed_items: int
    images: Counts
    progress_percentage: float
    created_at: str
    started_at: str | None
    completed_at: str | None
    duration: float | None
    metadata: dict[str, Any]
    errors: list[Fault]


class Page(TypedDict):
    """A part of a list of jobs and how long the whole is."""

    jobs: list[Card]
    total: int
    page: int
    page_size: int
    total_pages: int


class ItemCard(TypedDict):
    """One document of a job and what became of its addresses."""

    number: int
    document_id: str
    label: str
    status: str
    finished_at: str | None
    urls: list[str]
    results: list[dict[str, Any]]


def card(job: Job) -> Card:
    """Return one job, without a query."""
    return {
        "id": job.public_id,
        "type": job.kind,
        "status": job.status,
        "database": job.database,
        "collection": job.collection,
        "document_id": job.document_id or None,
        "filter_query": job.filter_query,
        "total_items": job.total_items,
        "processed_items": job.processed_items,
        "failed_items": job.failed_items,
        "images": _counts(job),
        "progress_percentage": job.progress,
        "created_at": told(job.created_at),
        "started_at": _moment(job.started_at),
        "completed_at": _moment(job.completed_at),
        "duration": job.duration,
        "metadata": {**job.metadata, "total_documents": job.total_items},
        "errors": list(_faults(job)),
    }


def page_of(jobs: JobQuerySet, *, page: int, page_size: int) -> Page:
    """Return a page of these jobs, newest first and counted from 1; empty beyond the last one."""
    place = counting.place(jobs, (page - 1) * page_size, page_size)
    # First the keys, from an index alone: what is skipped is not read.
    near = jobs.filter(pk__lt=place.below, pk__gte=place.least).order_by("-pk").values_list("pk", flat=True)
    keys = list(near[place.skip : place.skip + page_size]) if place.below else []
    return {
        "jobs": [card(job) for job in Job.objects.filter(pk__in=keys).order_by("-pk")],
        "total": place.total,
        "page": page,
        "page_size": page_size,
        "total_pages": -(-place.total // page_size),
    }


def items_of(job: Job, *, status: ItemState | None, after: int, limit: int) -> tuple[list[ItemCard], int | None]:
    """Return the documents of a job behind a number, in their order, and where to go on if there are more."""
    items = Item.objects.filter(job=job, number__gt=after)
    if status is not None:
        items = items.filter(state=status)
    found = keyset.part(items.order_by("number"), limit + 1)
    return [_item(item) for item in found[:limit]], _rest(found, limit)


def errors_of(job: Job, *, after: int, limit: int) -> tuple[list[Fault], int | None]:
    """Return what went wrong, address by address, in some failed documents, and where to go on if there are more."""
    failed = Item.objects.filter(job=job, state=ItemState.FAILED, number__gt=after)
    found = keyset.part(failed.order_by("number"), limit + 1)
    own = [_own_fault(job)] if after < 0 and job.status == Status.FAILED else []
    return [*own, *(fault for item in found[:limit] for fault in _faults_of(item, job))], _rest(found, limit)


def _rest(found: list[Item], limit: int) -> int | None:
    return found[limit - 1].number if len(found) > limit else None


def _item(item: Item) -> ItemCard:
    return {
        "number": item.number,
        "document_id": item.document_id,
        "label": item.label,
        "status": item.state,
        "finished_at": _moment(item.finished_at),
        "urls": item.urls,
        "results": item.results,
    }


def _counts(job: Job) -> Counts:
    return {
        "found": job.found,
        "downloaded": job.downloaded,
        "unchanged": job.unchanged,
        "failed": job.failed,
        "skipped": job.skipped,
        "bytes": job.bytes,
        "added": job.added,
        "changed": job.changed,
        "gone": job.gone,
    }


def _faults(job: Job) -> Iterator[Fault]:
    """Tell why a job failed, then each reason of its addresses with how often it was met, the most frequent first."""
    if job.status == Status.FAILED:
        yield _own_fault(job)
    frequent = sorted(job.reasons.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_ERRORS]
    for reason, count in frequent:
        yield _fault(job.completed_at or job.started_at or job.created_at, reason, {"count": count})


def _own_fault(job: Job) -> Fault:
    message = job.reason or _("The job could not be carried out.")
    moment = job.completed_at or job.created_at
    return {"timestamp": told(moment), "message": message, "error_type": "job_failed", "details": {}}


def _faults_of(item: Item, job: Job) -> Iterator[Fault]:
    for result in item.results:
        if result["outcome"] == Outcome.FAILED:
            facts = {name: result[name] for name in ("url", "attempts", "times") if result.get(name)}
            details = {"document_id": item.document_id, **facts}
            yield _fault(item.finished_at or job.created_at, result["reason"], details)


def _fault(moment: datetime, reason: str, details: dict[str, Any]) -> Fault:
    return {"timestamp": told(moment), "message": sentence(reason), "error_type": reason, "details": details}


def _moment(moment: datetime | None) -> str | None:
    return told(moment) if moment else None
