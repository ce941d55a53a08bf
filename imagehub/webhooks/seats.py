"""Who may send at the moment: a few workers, so that slow receivers leave the others to other work."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from imagehub.api import occupancy

SECONDS = 60  # after which the seat of a worker that was killed is free: longer than it sends


@contextmanager
def taken() -> Iterator[bool]:
    """Hold a seat; tell whether one was free."""
    owner = secrets.token_hex(8)
    seat = next((seat for seat in _seats() if occupancy.enter(seat, owner, SECONDS)), None)
    try:
        yield seat is not None
    finally:
        if seat:
            occupancy.leave(seat, owner)


def _seats() -> list[str]:
    return [f"webhooks:{number}" for number in range(1 if settings.EMBEDDED else 2)]
