"""One harvest as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harvester import reasons
from harvester.desk import TONES
from harvester.models import Item, ItemState, Job, Outcome, Status
from imagehub.lib import keyset

PAGE = 50  # documents
MOST_HOSTS = 12
MOST_EARLIER = 10
MOST_RESULTS = 30  # addresses of one document that are shown

OUTCOMES: Mapping[str, tuple[str | Promise, str]] = {
    Outcome.DOWNLOADED: (_("Downloaded"), "good"),
    Outcome.UNCHANGED: (_("Unchanged"), ""),
    Outcome.FAILED: (_("Failed"), "bad"),
    Outcome.SKIPPED: (_("Skipped"), "warn"),
}
KEPT = {Outcome.DOWNLOADED, Outcome.UNCHANGED}  # what these tell of has a file
COMPARED: Sequence[tuple[str, str | Promise]] = (
    ("total_items", _("Documents")),
    ("found", _("Addresses")),
    ("added", _("Added")),
    ("changed", _("Changed")),
    ("unchanged", _("Unchanged")),
    ("gone", _("Gone")),
    ("failed", _("Failed")),
    ("skipped", _("Skipped")),
)


@dataclass(frozen=True)
class Share:
    """A part of a whole, with a bar for it."""

    label: str
    count: int
    percent: int
    bytes: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Result:
    """What became of one address."""

    url: str
    outcome: str | Promise
    tone: str
    reason: str
    bytes: int


@dataclass(frozen=True)
class Document:
    """A document of the job with what became of its addresses."""

    item: Item
    results: Sequence[Result]
    hidden: int  # addresses that are not shown

    @property
    def name(self) -> str:
        """What it is called."""
        return self.item.label or self.item.document_id

    @property
    def has_files(self) -> bool:
        """Whether there is something of it to look at."""
        return any(result.get("outcome") in KEPT for result in self.item.results)


@dataclass(frozen=True)
class Documents:
    """Some documents, in their order, and after which number the next page goes on."""

    rows: list[Document]
    next_after: int | None


@dataclass(frozen=True)
class Difference:
    """A figure of two runs side by side."""

    label: str | Promise
    earlier: int
    now: int

    @property
    def change(self) -> int:
        """How much more it is now."""
        return self.now - self.earlier


def tone(job: Job) -> str:
    """Return the colour of a job's status."""
    return TONES[Status(job.status)]


def settled(job: Job) -> int:
    """Return the addresses that are over, one way or another."""
    return job.downloaded + job.unchanged + job.failed + job.skipped


def rate(job: Job) -> float:
    """Return the addresses that were settled in a second, from the start on."""
    return settled(job) / job.duration if job.duration else 0.0


def why(job: Job) -> list[Share]:
    """Return the reasons for which addresses failed or were left out, the most frequent first."""
    ordered = sorted(job.reasons.items(), key=lambda entry: (-entry[1], entry[0]))
    whole = sum(job.reasons.values()) or 1
    return [Share(reasons.sentence(reason), count, round(100 * count / whole)) for reason, count in ordered]


def hosts(job: Job) -> list[Share]:
    """Return the hosts that most was asked of."""
    known = [(host, told.get("done", 0) + told.get("failed", 0), told) for host, told in job.hosts.items()]
    known.sort(key=lambda entry: (-entry[1], entry[0]))
    most = known[0][1] if known else 1
    return [
        Share(host, count, round(100 * count / (most or 1)), told.get("bytes", 0), told.get("failed", 0))
        for host, count, told in known[:MOST_HOSTS]
    ]


def documents(job: Job, *, state: str, after: int | None) -> Documents:
    """Return the documents of one state, or all, behind a number; two queries."""
    rows = Item.objects.filter(job=job, number__gt=-1 if after is None else after)
    chosen = rows.filter(state=state) if state in ItemState.values else rows
    found = keyset.part(chosen.order_by("number"), PAGE + 1)
    rest = found[PAGE - 1].number if len(found) > PAGE else None
    return Documents([_document(item) for item in found[:PAGE]], rest)


def earlier(job: Job) -> list[Job]:
    """Return former runs over the same place, the newest first; two queries."""
    same = Job.objects.filter(database=job.database, collection=job.collection, status=Status.COMPLETED)
    return keyset.part(same.filter(pk__lt=job.pk).order_by("-id"), MOST_EARLIER)


def compared(job: Job, other: Job) -> list[Difference]:
    """Return the figures of two runs side by side."""
    return [Difference(label, getattr(other, name), getattr(job, name)) for name, label in COMPARED]


def _document(item: Item) -> Document:
    # What failed is what somebody looks for.
    ordered = sorted(item.results, key=lambda result: result.get("outcome") != Outcome.FAILED)
    return Document(item, [_result(one) for one in ordered[:MOST_RESULTS]], max(0, len(ordered) - MOST_RESULTS))


def _result(told: Mapping[str, Any]) -> Result:
    outcome, colour = OUTCOMES.get(told.get("outcome", ""), ("", ""))
    reason = reasons.sentence(told["reason"]) if told.get("reason") else ""
    return Result(told.get("url", ""), outcome, colour, reason, told.get("bytes") or 0)
