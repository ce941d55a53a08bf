"""What requests go out on: libcurl's connections, and its handles, which are used again and again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self

import pycurl


class Wires:
    """Connections that are kept, at most `connections` of them, for the length of one event loop."""

    def __init__(self, *, connections: int) -> None:
        self._multi = pycurl.AsyncCurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, connections)
        self._free: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Break off what is under way and close every connection."""
        await self._multi.aclose()
        while self._free:
            self._free.pop().close()

    @contextmanager
    def handle(self) -> Iterator[Any]:
        """Give a handle with no option set; after an error nobody gets it again."""
        curl = self._free.pop() if self._free else pycurl.Curl()
        with ExitStack() as failing:
            failing.callback(curl.close)
            yield curl
            failing.pop_all()
        curl.reset()  # which lets go of the request too, and of its answer
        self._free.append(curl)

    async def perform(self, curl: Any) -> None:
        """Send a handle's request, and take the answer; pycurl.error when that does not work out."""
        await self._multi.perform(curl)
