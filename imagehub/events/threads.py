"""Database work for the event loop: done in a few threads of its own, which keep their connections."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")

_executor = ThreadPoolExecutor(max_workers=4, thread_name_prefix="news")


async def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run blocking work; a connection that the server has dropped is replaced first."""
    job = functools.partial(_with_usable_connection, functools.partial(work, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_executor, job)


def _with_usable_connection(work: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
