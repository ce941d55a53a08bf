"""Harvests that are asked for again and again."""

from datetime import datetime

import structlog
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import require_staff
from harvester import drafts, rhythm
from harvester.drafts import Draft
from harvester.models import Schedule
from harvester.policies import Requester
from harvester.services import repeating
from imagehub.api import callers
from imagehub.lib.errors import Conflict, ImageHubError, NotFound
from imagehub.lib.transactions import write

MOST = 200
log = structlog.get_logger(__name__)


@write
def create(name: str, cron: str, draft: Draft, *, by: User) -> Schedule:
    """Keep a harvest with its rhythm, for staff only; it is done in the name of whoever made it."""
    require_staff(by)
    rhythm.judge(cron)
    repeating.judge(draft)
    if Schedule.objects.count() >= MOST:
        raise Conflict(_("There are too many schedules. Remove one that is not needed."))
    fields = {"name": name.strip(), "cron": " ".join(cron.split()), "draft": draft.as_kept()}
    return Schedule.objects.create(owner=by, next_at=rhythm.following(cron, timezone.now()), **fields)


@write
def pause(public_id: str, *, by: User) -> Schedule:
    """Begin no more of these harvests; one that is paused stays so."""
    schedule = _locked(public_id, by)
    schedule.is_enabled, schedule.next_at = False, None
    schedule.save(update_fields=["is_enabled", "next_at"])
    return schedule


@write
def resume(public_id: str, *, by: User) -> Schedule:
    """Begin these harvests again, from the next moment on; what was missed is not made up for."""
    schedule = _locked(public_id, by)
    schedule.is_enabled, schedule.next_at = True, rhythm.following(schedule.cron, timezone.now())
    schedule.save(update_fields=["is_enabled", "next_at"])
    return schedule


@write
def remove(public_id: str, *, by: User) -> None:
    """Forget a schedule; the harvests that it began stay."""
    _locked(public_id, by).delete()


def begin_due(now: datetime | None = None) -> int:
    """Begin what is due and return how many harvests that gave; each is begun once, however many clocks ask."""
    moment = now or timezone.now()
    due = Schedule.objects.filter(is_enabled=True, next_at__lte=moment).select_related("owner")
    return sum(_begun(schedule, moment) for schedule in due.order_by("next_at")[:MOST])


def _begun(schedule: Schedule, now: datetime) -> bool:
    """Begin one harvest unless another clock was first, and move on; what can't begin is tried at its next moment."""
    try:
        is_first = _created(schedule)
    except ImageHubError as refusal:
        log.warning("schedule.not_begun", schedule=schedule.public_id, reason=refusal.code)
        is_first = False
    Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at, is_enabled=True).update(
        next_at=rhythm.following(schedule.cron, now)
    )
    return is_first


def _created(schedule: Schedule) -> bool:
    """Begin the harvest of this moment; a job of a moment is unique, so that a crash before moving on costs nothing."""
    owner = schedule.owner
    if owner is None or not owner.is_active or not owner.is_staff:
        return False
    by = Requester(owner, callers.user(owner.public_id))
    try:
        repeating.begin(drafts.kept(schedule.draft), by=by, schedule=schedule)
    except IntegrityError:
        return False
    return True


def _locked(public_id: str, by: User) -> Schedule:
    require_staff(by)
    schedule = Schedule.objects.select_for_update().filter(public_id=public_id).first()
    if schedule is None:
        raise NotFound
    return schedule
