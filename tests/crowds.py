"""Doing many things at once, as a crowd of clients does."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

Work = Callable[[], Any]


def at_once(works: Iterable[Work], width: int = 16) -> list[Any]:
    """Run everything in so many threads; each lets its connection go."""

    def run(work: Work) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(width) as pool:
        return list(pool.map(run, works))


def together(*works: Work) -> list[Any]:
    """Run a few works that all begin at the same moment."""
    start = Barrier(len(works), timeout=30)

    def waiting(work: Work) -> Work:
        def begin() -> Any:
            start.wait()
            return work()

        return begin

    return at_once(map(waiting, works), width=len(works))
