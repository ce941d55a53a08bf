"""Harvests as the staff's desk shows them: what runs, what was, and the last hour at a glance."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harvester import places, tallies
from harvester.models import Job, Kind, Status
from imagehub.lib import keyset

PAGE = 25  # jobs
MOST_COUNTED = 1000  # beyond that a number says only that it is large
MOST_LIVE = 5  # running jobs that are shown by themselves
HOUR = 60  # minutes of the small chart
CHART = (240, 32)  # its units across and down

TONES = {
    Status.PENDING: "",
    Status.RUNNING: "accent",
    Status.COMPLETED: "good",
    Status.FAILED: "bad",
    Status.CANCELLED: "warn",
}


@dataclass(frozen=True)
class Run:
    """A job as a row shows it."""

    job: Job

    @property
    def tone(self) -> str:
        """The colour of its status."""
        return TONES[Status(self.job.status)]

    @property
    def place(self) -> str:
        """Where its documents are."""
        return places.title(self.job.database, self.job.collection)

    @property
    def kind(self) -> str | Promise:
        """What was asked for, in a word; nothing where the place says it."""
        return "" if self.job.kind == Kind.SOURCE else Kind(self.job.kind).label

    @property
    def is_troubled(self) -> bool:
        """Whether addresses failed although the job did not."""
        return self.job.failed > 0


@dataclass(frozen=True)
class Page:
    """Some jobs, the newest first, and from where the next page goes on."""

    runs: list[Run]
    next_before: int | None


@dataclass(frozen=True)
class Chip:
    """A filter and how many jobs it lets through."""

    status: str
    label: str | Promise
    count: str


@dataclass(frozen=True)
class Pulse:
    """What was harvested in the last hour, minute by minute."""

    images: int
    bytes: int
    busiest: int  # images of the busiest minute
    line: str  # points of an SVG polyline within CHART

    @property
    def view_box(self) -> str:
        """The frame that the line is drawn in."""
        return f"0 0 {CHART[0]} {CHART[1]}"


def page(status: str = "", *, before: int | None = None) -> Page:
    """Return the jobs of one status, or all, that are older than `before`; two queries."""
    rows = Job.objects.filter(status=status) if status else Job.objects.all()
    older = rows.filter(pk__lt=before) if before else rows
    found = keyset.part(older.order_by("-id"), PAGE + 1)
    return Page([Run(job) for job in found[:PAGE]], found[PAGE - 1].pk if len(found) > PAGE else None)


def live() -> list[Run]:
    """Return what is under way, the newest first; one query."""
    return [Run(job) for job in Job.objects.active().order_by("-id")[:MOST_LIVE]]


def chips() -> list[Chip]:
    """Return the filters, "all" first, with their counts; a query each over an index, up to the most counted."""
    labels: dict[str, str | Promise] = {"": _("All"), **{one.value: one.label for one in Status}}
    return [Chip(status, label, _counted(status)) for status, label in labels.items()]


def pulse(now: datetime | None = None) -> Pulse:
    """Return the last hour; one query."""
    since = (now or timezone.now()) - timedelta(minutes=HOUR - 1)
    minutes = tallies.minutes(since, HOUR)
    counts = [minute.count for minute in minutes]
    return Pulse(sum(counts), int(sum(minute.total for minute in minutes)), max(counts), _line(counts))


def _line(counts: list[int]) -> str:
    """Draw one point a minute, the busiest at the top."""
    width, height = CHART
    top = max(counts) or 1
    step = width / (len(counts) - 1)
    return " ".join(f"{at * step:.1f},{height - 1 - count / top * (height - 2):.1f}" for at, count in enumerate(counts))


def _counted(status: str) -> str:
    rows = Job.objects.filter(status=status) if status else Job.objects.all()
    count = rows[:MOST_COUNTED].count()
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
