"""Schedules as their page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from harvester import drafts, places, rhythm
from harvester.models import Job, Schedule

COMING = 3  # moments that are told


@dataclass(frozen=True)
class Row:
    """A schedule, when it is due next, and what it began last."""

    schedule: Schedule
    last: Job | None

    @property
    def place(self) -> str:
        """Where its documents are."""
        draft = drafts.kept(self.schedule.draft)
        return places.title(draft.database, draft.collection)

    @property
    def next(self) -> list[datetime]:
        """When it is due, as long as it is not paused."""
        return rhythm.upcoming(self.schedule.cron, timezone.now(), COMING) if self.schedule.is_enabled else []


def rows() -> list[Row]:
    """Return all schedules by name, each with its last harvest; two queries."""
    schedules = list(Schedule.objects.annotate(last=Max("jobs__pk")).order_by("name", "pk"))
    jobs = Job.objects.in_bulk([found for one in schedules if (found := one.last)])
    return [Row(one, jobs.get(one.last)) for one in schedules]
