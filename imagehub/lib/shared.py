"""The shared cache, for what protects us and must not break us: while it is down each process counts for itself."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

import structlog
from django.core.cache import BaseCache, cache
from django.core.cache.backends.locmem import LocMemCache
from redis import RedisError

T = TypeVar("T")

log = structlog.get_logger(__name__)

_TRIES = 3
REST = 2.0  # seconds for which a cache that gave no answer is not asked again: each question may cost one
_local = LocMemCache("while the shared one is away", {"OPTIONS": {"MAX_ENTRIES": 100_000}})


@dataclass
class Absence:
    """Until when the shared cache is not asked, on the monotonic clock."""

    until: float = 0.0


absence = Absence()


def ask(question: Callable[[BaseCache], T]) -> T:
    """Return the shared cache's answer, or this process's own while the shared one is not reachable."""
    if monotonic() < absence.until:
        return question(_local)
    try:
        return question(cache)
    except (OSError, RedisError) as error:
        absence.until = monotonic() + REST
        log.warning("cache.unreachable", reason=type(error).__name__)
        return question(_local)


def count(name: str, *, seconds: int) -> int:
    """Add one to a counter that is forgotten after `seconds`, and return it."""

    def add(store: BaseCache) -> int:
        # A cache that is emptied between the two steps forgets the counter; then it begins anew.
        for _ in range(_TRIES):
            store.add(name, 0, timeout=seconds)
            with suppress(ValueError):
                return store.incr(name)
        return 1

    return ask(add)
