"""Turns of threads of one process: work that two of them ask for at once is done by one after the other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary


class Late(Exception):
    """The turn did not come in time."""


class _Turn:
    """A lock that is forgotten with its last user."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
_turns_lock = threading.Lock()


@contextmanager
def turn(name: str, patience: float = threading.TIMEOUT_MAX) -> Iterator[None]:
    """Hold the turn of this name, once nobody else in this process does; `Late` when that takes too many seconds."""
    with _turns_lock:
        mine = _turns.setdefault(name, _Turn())
    if not mine.lock.acquire(timeout=patience):
        raise Late
    try:
        yield
    finally:
        mine.lock.release()
