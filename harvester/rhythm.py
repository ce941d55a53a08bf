"""When a schedule is due: five cron fields, in UTC."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from croniter import croniter
from croniter.croniter import CroniterError
from django.utils.translation import gettext as _

from imagehub.lib.errors import Invalid

_FIELD = r"(?:[0-9*/,-]|[A-Za-z]{3})+"  # figures, and days and months by their names
_RHYTHM = re.compile(rf"{_FIELD}(?:\s+{_FIELD}){{4}}")
YEARS = 2  # in which a moment has to come; 30 February never does


def judge(cron: str) -> None:
    """Refuse what is no rhythm of five fields, or names no moment that will come."""
    if not _RHYTHM.fullmatch(cron.strip()) or not _comes(cron):
        raise Invalid(details={"cron": [_("Write five fields: minute, hour, day, month, weekday; such as 0 3 * * *.")]})


def following(cron: str, after: datetime) -> datetime:
    """Return the next moment behind another."""
    return next(iter(upcoming(cron, after, 1)))


def upcoming(cron: str, after: datetime, count: int) -> list[datetime]:
    """Return the next moments behind another, in order."""
    return list(islice(_moments(cron, after), count))


def _moments(cron: str, after: datetime) -> Iterator[datetime]:
    clock = croniter(cron, after.astimezone(UTC), ret_type=datetime, max_years_between_matches=YEARS)
    while True:
        yield clock.get_next()


def _comes(cron: str) -> bool:
    try:
        return bool(upcoming(cron, datetime.now(UTC), 1))
    except (CroniterError, ValueError, KeyError):
        return False
