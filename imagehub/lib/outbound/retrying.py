"""When a host wants to see us again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}")  # more digits are no wish that anybody means


def seconds_asked(headers: Mapping[str, str]) -> float:
    """Return how many seconds `Retry-After` names, as a number or a date; 0 for none that can be read."""
    wish = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(wish):
        return float(wish)
    until = _date(wish)
    if until is None:
        return 0.0
    # Its own clock, if it shows us one: ours may differ.
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
