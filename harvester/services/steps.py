"""What a job consists of: an item for each document, and steps that one worker does within minutes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from harvester.models import Item, Job, Outcome, Step
from harvester.services import results
from harvester.sources.entries import Entry
from imagehub.lib import clocks

MOST_ITEMS = 20  # of a step
MOST_URLS = 200  # of a step; a document with more is a step by itself
BATCH_ITEMS = 500  # written at once
BATCH_TEXT = 2 * 1024 * 1024  # characters of addresses that are written at once, or those of one document


def listed(job: Job, entries: Iterable[Entry]) -> None:
    """Lay a job out whole, within the caller's transaction."""
    for batch in batches(entries):
        add(job, batch)
    finish(job)


def batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cut entries into lists that are small enough to be written at once."""
    batch: list[Entry] = []
    text = 0
    for entry in entries:
        size = sum(map(len, entry.urls))
        if batch and (len(batch) == BATCH_ITEMS or text + size > BATCH_TEXT):
            yield batch
            batch, text = [], 0
        batch.append(entry)
        text += size
    if batch:
        yield batch


def add(job: Job, entries: Sequence[Entry]) -> None:
    """Lay out a job's next documents, within the transaction of a caller who has the job's row to itself."""
    first = _next(job.items)
    Item.objects.bulk_create(_item(job, first + at, entry) for at, entry in enumerate(entries))
    ranges = list(_ranges(entries))
    number = _next(job.steps)
    now = clocks.now()
    Step.objects.bulk_create(
        Step(job=job, number=number + at, first=first + start, last=first + end, due_at=now)
        for at, (start, end) in enumerate(ranges)
    )
    _count(job, entries, len(ranges))


def finish(job: Job) -> None:
    """Note within the caller's transaction that no more documents will come."""
    Job.objects.filter(pk=job.pk).update(planned_at=timezone.now(), total_items=_next(job.items))


def _next(related: Any) -> int:
    highest = related.aggregate(highest=Max("number"))["highest"]
    return 0 if highest is None else highest + 1


def _item(job: Job, number: int, entry: Entry) -> Item:
    return Item(
        job=job,
        number=number,
        document_id=entry.document_id,
        label=entry.label,
        urls=entry.urls,
        results=[*_faults(entry)],
    )


def _faults(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield what is over before it began: results without an address, which those of the addresses come after."""
    if entry.odd:
        yield {**results.NOWHERE, "outcome": Outcome.FAILED, "reason": "no_url", "times": entry.odd}
    if entry.left_out:
        yield {**results.NOWHERE, "outcome": Outcome.SKIPPED, "reason": "too_many_urls", "times": entry.left_out}


def _ranges(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each step."""
    start = urls = 0
    for place, entry in enumerate(entries):
        if place > start and (place - start == MOST_ITEMS or urls + len(entry.urls) > MOST_URLS):
            yield start, place - 1
            start, urls = place, 0
        urls += len(entry.urls)
    yield start, len(entries) - 1


def _count(job: Job, entries: Sequence[Entry], steps: int) -> None:
    odd, left_out = (sum(getattr(entry, name) for entry in entries) for name in ("odd", "left_out"))
    changed: dict[str, Any] = {
        "found": F("found") + sum(len(entry.urls) for entry in entries) + odd + left_out,
        "failed": F("failed") + odd,
        "skipped": F("skipped") + left_out,
        "steps_left": F("steps_left") + steps,
        "planned_after": entries[-1].cursor,
    }
    if odd or left_out:
        reasons = Job.objects.values_list("reasons", flat=True).get(pk=job.pk)
        more = {"no_url": odd, "too_many_urls": left_out}
        changed["reasons"] = {**reasons, **{word: reasons.get(word, 0) + n for word, n in more.items() if n}}
    Job.objects.filter(pk=job.pk).update(**changed)
