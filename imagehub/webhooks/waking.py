"""Wakes the worker soon after a fact, at most a few times a second, and never at the cost of whoever made it."""

import os
import threading

from imagehub.lib import tasks

TASK = "imagehub.webhooks.tasks.deliver"
DELAY = 0.2  # seconds in which any number of facts become one wake


class Waker:
    """Remembers that a wake is on its way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_under_way = False

    def wake(self) -> None:
        """Ask for a wake soon."""
        with self._lock:
            if self._is_under_way:
                return
            self._is_under_way = True
        timer = threading.Timer(DELAY, self._send)
        timer.daemon = True
        timer.start()

    def _send(self) -> None:
        with self._lock:
            self._is_under_way = False
        tasks.wake(TASK)


_waker = Waker()


def wake() -> None:
    """Have what just happened told soon; the clock's regular round tells it otherwise."""
    _waker.wake()


def _start_afresh() -> None:
    global _waker  # noqa: PLW0603  # a forked child has the object without its timer
    _waker = Waker()


os.register_at_fork(after_in_child=_start_afresh)
