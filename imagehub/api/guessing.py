"""Guessing a secret is slow: at most ten tries a minute for each budget, such as an account or a network address.

A try counts from the moment it is made and is given back when it succeeds, so that a burst gains nothing.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import methodcaller

from django.conf import settings

from imagehub.lib import shared
from imagehub.lib.digests import keyed
from imagehub.lib.errors import Throttled

TRIES = 10
WINDOW = 60  # seconds


@dataclass(frozen=True)
class Tries:
    """What one try has used up already."""

    counters: tuple[str, ...] = ()

    def give_back(self) -> None:
        """Undo the counting."""
        for counter in self.counters:
            with suppress(ValueError):  # forgotten meanwhile
                shared.ask(methodcaller("decr", counter))


def admit(budgets: Sequence[str]) -> Tries:
    """Count a try against each budget; Throttled when one of them is spent."""
    if not settings.THROTTLING:
        return Tries()
    names = [f"guard:{digest_of(budget)}" for budget in budgets]
    window, elapsed = divmod(time.time(), WINDOW)
    tries = Tries(tuple(f"{name}:{int(window)}" for name in names))
    before = [f"{name}:{int(window) - 1}" for name in names]
    used = [_used(now, earlier, elapsed) for now, earlier in zip(tries.counters, before, strict=True)]
    if max(used) > TRIES:
        # Tries that were refused are not held against the next minute.
        tries.give_back()
        raise Throttled(retry_after=round(WINDOW - elapsed) + WINDOW // TRIES)
    return tries


def place_budget(place: str) -> str:
    """Return the budget of everybody in a household of the network, whatever they guess."""
    return f"address {place}"


def digest_of(text: str) -> str:
    """Return what is kept of a name or an address."""
    return keyed("guard", [text.encode()]).hex()


def _used(counter: str, earlier: str, elapsed: float) -> float:
    """Count one try and return how many fell into the last 60 seconds, the previous window in proportion."""
    before: int = shared.ask(lambda store: store.get(earlier, 0))
    return shared.count(counter, seconds=2 * WINDOW + 5) + before * (1 - elapsed / WINDOW)
