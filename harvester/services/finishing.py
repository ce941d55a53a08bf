"""Documents of which every address was visited are closed: tidied up, described, and counted for their job."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import F, Model
from django.utils import timezone

from harvester import metadata, waking
from harvester.models import Document, Harvested, Item, ItemState, Job, Outcome, Processed, Step, StepState
from harvester.services import jobs, results, settling
from harvester.services.jobs import ONLY_FAILED
from harvester.work import Parcel
from imagehub.lib import rows
from imagehub.lib.transactions import write

Results = list[dict[str, Any]]


@dataclass(slots=True)
class Closing:
    """A document about to be closed."""

    parcel: Parcel
    item: Item
    document: Document
    rows: list[Harvested]
    made: list[Processed]
    obsolete: list[str] = field(default_factory=list)  # keys that no row knows any more

    @property
    def description(self) -> tuple[str, bytes]:
        """The key of its `metadata.json`, and what is to stand there."""
        return metadata.key_of(self.document), metadata.text(self.document, self.rows, self.made)


@write
def tidied(parcels: Sequence[Parcel]) -> list[Closing]:
    """Return what is to be said of documents, having marked what is gone and let equal files be one.

    Those whose job is over, or that somebody else has closed, are not among them.
    """
    running = settling.running({parcel.claim.job for parcel in parcels})
    items = Item.objects.filter(pk__in=[parcel.item for parcel in parcels], state=ItemState.PENDING).in_bulk()
    ours = [parcel for parcel in parcels if parcel.item in items and parcel.claim.job in running]
    documents = Document.objects.in_bulk([parcel.document for parcel in ours])
    files, made = _by_document(Harvested, documents), _by_document(Processed, documents)
    found = []
    for parcel in ours:
        document, job = documents[parcel.document], running[parcel.claim.job]
        document.job, document.updated_at = job, timezone.now()
        document.label = items[parcel.item].label or document.label
        found.append(Closing(parcel, items[parcel.item], document, files[document.pk], made[document.pk]))
    rows.update(Document, {pk: _columns(one, "job_id", "label", "updated_at") for pk, one in _documents(found).items()})
    _tidy(found, running)
    return found


@write
def close(closings: Sequence[Closing]) -> list[Closing]:
    """Count documents as done, and return all but those that changed since they were described."""
    running = settling.running({closing.parcel.claim.job for closing in closings})
    current = _unchanged(closings)
    pks = [closing.item.pk for closing in current]
    pending = set(Item.objects.filter(pk__in=pks, state=ItemState.PENDING).values_list("pk", flat=True))
    done = [closing for closing in current if closing.item.pk in pending and closing.parcel.claim.job in running]
    for closing in done:
        _finish(closing, running[closing.parcel.claim.job])
    rows.update(Item, {closing.item.pk: _columns(closing.item, "state", "results", "finished_at") for closing in done})
    for job in running.values():
        settling.save(job, "processed_items", "failed_items")
    return current


@write
def give_up(parcel: Parcel) -> None:
    """Count a document as failed that can't be closed, and say so among its results."""
    job = settling.running({parcel.claim.job}).get(parcel.claim.job)
    pending = Item.objects.filter(pk=parcel.item, state=ItemState.PENDING)
    visited = Harvested.objects.filter(document=parcel.document, job=parcel.claim.job).order_by("number")
    said = [*map(results.of, visited), {**results.NOWHERE, "outcome": Outcome.FAILED, "reason": "gave_up"}]
    if job and pending.update(state=ItemState.FAILED, results=said, finished_at=timezone.now()):
        job.processed_items += 1
        job.failed_items += 1
        settling.save(job, "processed_items", "failed_items")


@write
def finish_steps(steps: Iterable[int]) -> None:
    """Note that nothing is left of steps; the last one of a job completes it."""
    # By job, as everybody locks several of them: two who finish steps of the same jobs never wait in a circle.
    for step in Step.objects.filter(pk__in=list(steps)).order_by("job_id", "pk"):
        if not _pending(step) and _is_first_to_finish(step):
            Job.objects.filter(pk=step.job_id).update(steps_left=F("steps_left") - 1)
            jobs.complete(step.job_id)


def _is_first_to_finish(step: Step) -> bool:
    """Note that a step is done, and tell whether nobody else did: of two who hold it for theirs one counts it."""
    open_ones = Step.objects.filter(pk=step.pk).exclude(state=StepState.DONE)
    return bool(open_ones.update(state=StepState.DONE, lease="", leased_until=None))


def _pending(step: Step) -> bool:
    within = Item.objects.filter(job=step.job_id, number__range=(step.first, step.last))
    return within.filter(state=ItemState.PENDING).exists()


def _documents(closings: Iterable[Closing]) -> dict[int, Document]:
    return {closing.document.pk: closing.document for closing in closings}


def _unchanged(closings: Sequence[Closing]) -> list[Closing]:
    """Return those of whose documents nothing was recorded meanwhile, and keep it so until the transaction ends."""
    locked = Document.objects.select_for_update().filter(pk__in=_documents(closings)).order_by("pk")
    present = dict(locked.values_list("pk", "updated_at"))
    return [closing for closing in closings if present.get(closing.document.pk) == closing.document.updated_at]


def _by_document(model: type[Any], documents: Iterable[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in model.objects.filter(document__in=list(documents)).order_by("pk"):
        found[row.document_id].append(row)
    return found


def _tidy(closings: Iterable[Closing], running: dict[int, Job]) -> None:
    changed: list[Harvested] = []
    for closing in closings:
        closing.rows.sort(key=lambda row: row.number)
        job = running[closing.parcel.claim.job]
        gone = _gone(closing, job)
        job.gone += len(gone)
        changed += [*gone, *_twins(closing)]
        named = set(closing.item.urls)
        closing.rows = [row for row in closing.rows if row.key or row.url in named]
    if changed:
        rows.update(Harvested, {row.pk: _columns(row, "key", "filename", "gone_at") for row in changed})
        for job in running.values():
            job.save(update_fields=["gone"])


def _gone(closing: Closing, job: Job) -> list[Harvested]:
    """Mark the files whose addresses the document no longer has, as far as the job has looked for them."""
    if job.options.get("only") == ONLY_FAILED:
        return []
    present, now = set(closing.item.urls), timezone.now()
    absent = [row for row in closing.rows if row.key and row.gone_at is None and row.url not in present]
    finders = Job.objects.only("options").in_bulk({row.job_id for row in absent if row.job_id}) if absent else {}
    gone = [row for row in absent if row.job_id not in finders or _looks_as_far(job, finders[row.job_id])]
    for row in gone:
        row.gone_at = now
    return gone


def _looks_as_far(job: Job, other: Job) -> bool:
    """Tell whether a job minds all fields that another did."""
    return set(other.options.get("fields", ())) <= set(job.options.get("fields", ()))


def _twins(closing: Closing) -> list[Harvested]:
    """Let addresses with the same bytes have one file, that of the first."""
    first: dict[str, Harvested] = {}
    moved = []
    for row in closing.rows:
        if row.key and (owner := first.setdefault(row.sha256, row)).key != row.key:
            closing.obsolete.append(row.key)
            row.key, row.filename = owner.key, owner.filename
            moved.append(row)
    kept = {row.key for row in closing.rows}
    closing.obsolete = [key for key in closing.obsolete if key not in kept]
    return moved


def _finish(closing: Closing, job: Job) -> None:
    item, files = closing.item, {row.url: row for row in closing.rows}
    nowhere = [result for result in item.results if not result["url"]]  # what the planner has found
    item.results = [*nowhere, *(results.of(files[url]) for url in item.urls if url in files)]
    has_failed = any(result["outcome"] == Outcome.FAILED for result in item.results)
    item.state, item.finished_at = ItemState.FAILED if has_failed else ItemState.DONE, timezone.now()
    job.processed_items += 1
    job.failed_items += has_failed
    if job.options.get("processors") or settings.HARVEST_PROCESSORS:
        waking.processor(closing.document.pk)


def _columns(row: Model, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
