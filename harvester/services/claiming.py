"""Steps are leased to workers: each to one at a time, those of the job first that has waited longest."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from harvester import naming
from harvester.models import (
    Document,
    Harvested,
    Item,
    ItemState,
    Job,
    Status,
    Step,
    StepState,
    address_of,
)
from harvester.services import jobs
from harvester.work import Claim, Errand, Kept, Parcel
from imagehub.lib import clocks, rows
from imagehub.lib.transactions import write

_RACES = 5  # how often another worker may be faster before we look again later


@write
def take(lease: str, *, without: Collection[int] = ()) -> Claim | None:
    """Lease a free step, of a job that is not among `without`, or return None when there is none."""
    for _ in range(_RACES):
        now = clocks.now()
        step = _next(now, without)
        if step is None:
            return None
        if Step.objects.free(now).filter(pk=step.pk).update(**_leased(lease, now), tries=F("tries") + 1):
            jobs.start(step.job_id)
            Job.objects.filter(pk=step.job_id).update(served_at=now)
            return _claim(step)
    return None


def is_wanted() -> bool:
    """Tell whether a step waits for somebody."""
    return Job.objects.with_free_steps(clocks.now()).exists()


@write
def extend(lease: str, claims: Iterable[Claim]) -> set[int]:
    """Hold steps for longer, and return those of them that are still ours and whose jobs are not over."""
    mine = Step.objects.filter(pk__in=[claim.step for claim in claims], lease=lease)
    mine.update(leased_until=clocks.now() + timedelta(seconds=settings.HARVEST_LEASE))
    return set(mine.filter(job__status=Status.RUNNING).values_list("pk", flat=True))


@write
def give_back(lease: str, claims: Iterable[Claim]) -> None:
    """Let others have steps that are not done, at once or when they are due again."""
    ours, now = timezone.now(), clocks.now()
    for claim in claims:
        mine = Step.objects.filter(pk=claim.step, lease=lease, state=StepState.LEASED)
        rest = claim.due_at - ours if claim.due_at else timedelta(0)
        mine.update(state=StepState.PENDING, lease="", leased_until=None, due_at=now + rest)


@write
def hand_on(lease: str, claims: Collection[Claim]) -> None:
    """Give steps back because a session ends; those that nothing has put off were not taken in vain."""
    going_on = Step.objects.filter(pk__in=[claim.step for claim in claims if claim.due_at is None])
    # A host that wants to be asked slowly takes more sessions than a step is taken up for.
    going_on.filter(lease=lease, state=StepState.LEASED).update(tries=F("tries") - 1)
    give_back(lease, claims)


@write
def release_all() -> None:
    """Take every lease back: for the start of a process that knows itself to be the only one."""
    Step.objects.filter(state=StepState.LEASED).update(state=StepState.PENDING, lease="", leased_until=None)
    Job.objects.active().exclude(lease="").update(lease="", leased_until=None)


def _leased(lease: str, now: datetime) -> dict[str, object]:
    until = now + timedelta(seconds=settings.HARVEST_LEASE)
    return {"state": StepState.LEASED, "lease": lease, "leased_until": until, "is_begun": True}


def _next(now: datetime, without: Collection[int]) -> Step | None:
    turn = Job.objects.with_free_steps(now).exclude(pk__in=without).order_by("served_at", "pk")
    mine = Step.objects.filter(job=turn.values_list("pk", flat=True).first()).order_by("due_at", "pk")
    return mine.due(now).first() or mine.abandoned(now).first()


def _claim(step: Step) -> Claim:
    """Return what is left to do of a step; what was settled for its job already is not done again."""
    job = Job.objects.only("database", "collection").get(pk=step.job_id)
    items = list(Item.objects.filter(job=job, number__range=(step.first, step.last), state=ItemState.PENDING))
    documents = _documents(job, items)
    known = _rows(items, documents)
    claim = Claim(step.pk, job.pk, step.tries + 1)
    for item in items:
        document = documents[item.document_id]
        parcel = Parcel(item.pk, document.pk, naming.home(job.database, job.collection, document.folder), claim)
        errands = _errands(item, known.get(document.pk, {}), parcel)
        parcel.left = len(errands)
        claim.waiting.extend(errands)
        claim.parcels.append(parcel)
    claim.left = len(claim.parcels)
    return claim


def _documents(job: Job, items: list[Item]) -> dict[str, Document]:
    """Return the documents of items by their id, locked, so that numbers are given once."""
    addresses = {address_of(job.database, job.collection, item.document_id): item for item in items}
    found = _locked(addresses)
    if missing := addresses.keys() - {document.address for document in found}:
        Document.objects.bulk_create(
            [_fresh(job, addresses[address], address) for address in addresses if address in missing],
            ignore_conflicts=True,
        )
        found = _locked(addresses)
    return {document.document_id: document for document in found}


def _locked(addresses: Iterable[str]) -> list[Document]:
    return list(Document.objects.select_for_update().filter(address__in=list(addresses)).order_by("pk"))


def _fresh(job: Job, item: Item, address: str) -> Document:
    return Document(
        address=address,
        database=job.database,
        collection=job.collection,
        document_id=item.document_id,
        folder=naming.folder(item.document_id, item.label),
        label=item.label,
    )


class Row(NamedTuple):
    """What matters of an address that is known in a document."""

    pk: int
    document: int
    address: str
    url: str
    number: int
    job: int | None
    outcome: str
    attempts: int
    key: str
    sha256: str
    etag: str
    last_modified: str


_COLUMNS = Row._fields


def _rows(items: Iterable[Item], documents: dict[str, Document]) -> dict[int, dict[str, Row]]:
    """Return the rows of documents by address, having made those that are missing, in the order of their items."""
    known = _known(documents.values())
    last = {pk: max(row.number for row in found.values()) for pk, found in known.items()}
    fresh: dict[tuple[int, str], tuple[object, ...]] = {}
    for item in items:
        pk = documents[item.document_id].pk
        for url in item.urls:
            address = address_of(url)
            if address not in known.get(pk, ()) and (pk, address) not in fresh:
                last[pk] = last.get(pk, 0) + 1
                fresh[pk, address] = (pk, url, address, last[pk])
    if not fresh:
        return known
    rows.insert(Harvested(), ["document_id", "url", "address", "number"], fresh.values())
    return _known(documents.values())


def _known(documents: Iterable[Document]) -> dict[int, dict[str, Row]]:
    known: dict[int, dict[str, Row]] = {}
    found = Harvested.objects.filter(document__in=[document.pk for document in documents])
    for row in map(Row._make, found.values_list(*_COLUMNS)):
        known.setdefault(row.document, {})[row.address] = row
    return known


def _errands(item: Item, known: dict[str, Row], parcel: Parcel) -> list[Errand]:
    keys: dict[str, list[Row]] = {}
    for row in known.values():
        if row.key:
            keys.setdefault(row.key, []).append(row)
    found = (known[address_of(url)] for url in item.urls)
    return [_errand(row, parcel, keys) for row in found if not (row.job == parcel.claim.job and row.outcome)]


def _errand(row: Row, parcel: Parcel, keys: dict[str, list[Row]]) -> Errand:
    attempts = row.attempts if row.job == parcel.claim.job else 0
    errand = Errand(row.pk, row.url, row.number, attempts, parcel)
    if row.key:
        others = tuple((other.pk, other.number) for other in keys[row.key] if other.pk != row.pk)
        errand.kept = Kept(row.key, row.sha256, row.etag, row.last_modified, others)
    return errand
