"""Names looked up beside the event loop: once for everybody who waits, and remembered for a while."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from imagehub.lib.outbound.connections import Resolver
from imagehub.lib.outbound.refusals import Reason, Refused

MOST_NAMES = 10_000  # remembered
MOST_LOOKUPS = 200  # at once: a system that is slow to say that it doesn't know a name holds a thread for each
REMEMBERED = 60.0  # seconds
DOUBTED = 5.0  # seconds that a name without addresses is believed to have none


@dataclass(frozen=True, slots=True)
class _Found:
    names: Sequence[str]
    until: float  # on the monotonic clock


class Names:
    """What the resolver says about hosts, for the length of one event loop."""

    def __init__(self, resolve: Resolver) -> None:
        self._resolve = resolve
        self._known: dict[str, asyncio.Task[_Found]] = {}
        self._turns = asyncio.Semaphore(MOST_LOOKUPS)

    async def of(self, host: str, port: int, patience: float) -> Sequence[str]:
        """Return the addresses of a host as they were told, at most a minute ago; none when there are none."""
        known = self._known.get(host)
        if known is None or not _holds(known):
            known = self._known[host] = asyncio.create_task(self._look_up(host, port))
            if len(self._known) > MOST_NAMES:
                del self._known[next(iter(self._known))]
        if not known.done():
            await _awaited(known, patience)
        return known.result().names

    def close(self) -> None:
        """Forget everything, and whoever is still being asked."""
        for known in self._known.values():
            known.cancel()
        self._known.clear()

    async def _look_up(self, host: str, port: int) -> _Found:
        async with self._turns:
            names = await _beside(lambda: self._resolve(host, port))
        return _Found(names, time.monotonic() + (REMEMBERED if names else DOUBTED))


def _holds(known: asyncio.Task[_Found]) -> bool:
    return not known.done() or (not known.cancelled() and known.result().until > time.monotonic())


async def _awaited(known: asyncio.Task[_Found], patience: float) -> None:
    try:
        # Whoever loses patience must not take the answer from the others.
        await asyncio.wait_for(asyncio.shield(known), patience)
    except TimeoutError:
        raise Refused(Reason.TOO_SLOW) from None


async def _beside(look_up: Callable[[], Sequence[str]]) -> Sequence[str]:
    # A thread of its own, and no executor: a resolver that hangs must not keep the process from ending.
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def ask() -> None:
        names: Sequence[str] = ()
        try:
            with suppress(OSError, UnicodeError):
                names = look_up()
        finally:
            with suppress(RuntimeError):  # the loop may be over before the system has answered
                loop.call_soon_threadsafe(_settle, answer, names)

    threading.Thread(target=ask, daemon=True).start()
    return await answer


def _settle(answer: asyncio.Future[Sequence[str]], names: Sequence[str]) -> None:
    if not answer.done():
        answer.set_result(names)
