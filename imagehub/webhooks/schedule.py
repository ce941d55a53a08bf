"""When a delivery is tried again: ten times over three days, a little early each time, and later where asked to."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from imagehub.lib.outbound.retrying import seconds_asked

# Seconds before each try, from Standard Webhooks; together 75.6 hours.
DELAYS = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
EARLY = 0.1  # by how much of a delay a try may come early, so that not all come at once
LONGEST_WISH = timedelta(hours=24)
REST = timedelta(seconds=60)  # of an endpoint that asks for less, or takes too long, and does not say for how long
SLOWER = frozenset({429, 502, 503, 504})


def next_try(tries: int, *, now: datetime, until: datetime, wish: timedelta | None) -> datetime | None:
    """Return when to try after so many tries; None when that was the last one.

    A receiver may ask for a later moment, but not beyond the end of all tries.
    """
    if tries >= len(DELAYS) or now >= until:
        return None
    delay = timedelta(seconds=DELAYS[tries] * random.uniform(1 - EARLY, 1))  # noqa: S311  # spreads load, hides nothing
    return min(now + max(delay, wish or delay), until)


def wish(headers: Mapping[str, str]) -> timedelta | None:
    """Return what `Retry-After` asks for, a day at most; None for nothing, or nothing readable."""
    seconds = seconds_asked(headers)
    return min(timedelta(seconds=seconds), LONGEST_WISH) if seconds else None
