"""The one thread of a session that speaks to the database, on a connection of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """Runs one call after the other, beside the loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "harvest-database")

    async def do(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what a call returns."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: call(*args, **kwargs))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Let the connection go."""
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()
