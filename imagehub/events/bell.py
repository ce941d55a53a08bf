"""Rung after a commit, so that waiting sockets look at the outbox at once instead of at the next poll.

A ring carries nothing and may be lost: the outbox is the truth. So it never fails or slows whoever
rings; other processes are rung from a thread of our own, with a time limit, and while their broker does
not answer it is left alone for a growing while.
"""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

GROUP = "news"
PATIENCE = 1.0  # seconds one ring may take
LONGEST_REST = 10.0  # seconds between tries while the broker is away

Listener = Callable[[], None]
_listeners: set[Listener] = set()
_always: list[Listener] = []
log = structlog.get_logger(__name__)


def ring() -> None:
    """Wake the listeners of this process and, where a broker is configured, of all others."""
    for listener in _always:
        listener()
    for listener in tuple(_listeners):
        try:
            listener()
        except RuntimeError:  # its event loop has ended
            _listeners.discard(listener)
    if settings.REDIS_URL:
        _ringer.wake()


def always_heard_by(listener: Listener) -> None:
    """Call `listener`, from whichever thread rings, in this process and in those forked from it."""
    _always.append(listener)


@contextlib.contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Call `listener`, from whichever thread rings, within the block."""
    _listeners.add(listener)
    try:
        yield
    finally:
        _listeners.discard(listener)


class Ringer:
    """Rings the other processes; any number of wakes while it is busy become one ring."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Ask for a ring soon."""
        self._wanted.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        rest = 0.0
        with asyncio.Runner() as runner:
            while self._wanted.wait():
                self._wanted.clear()
                rest = 0.0 if runner.run(_ring_afar()) else min(max(1.0, rest * 2), LONGEST_REST)
                if rest:
                    self._wanted.set()
                    time.sleep(rest)


async def _ring_afar() -> bool:
    layer = get_channel_layer()
    try:
        async with asyncio.timeout(PATIENCE):
            await layer.group_send(GROUP, {"type": "ring"})
    except (OSError, RedisError) as error:
        log.warning("bell.unreachable", reason=type(error).__name__)
        return False
    return True


_ringer = Ringer()


def _start_afresh() -> None:
    global _ringer  # noqa: PLW0603  # a forked child has the object without its thread
    _ringer = Ringer()
    _listeners.clear()


os.register_at_fork(after_in_child=_start_afresh)
