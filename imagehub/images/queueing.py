"""The queue for renditions and edits that have to be made: short, so that waiting for them never takes all threads.

A place is taken where somebody waits for the answer; batches are edited by workers, which nobody waits for.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TypeAlias

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from imagehub.lib.errors import Throttled

MOST_LONG = 2  # things of one account's that take long; each keeps a thread, and they are done one after the other
RETRY_AFTER = 2  # seconds; a rendition takes a tenth of one, the dearest recipe twenty

_Owner: TypeAlias = int | None
Holder: TypeAlias = tuple[_Owner] | None
_holder: ContextVar[Holder] = ContextVar("holder", default=None)


def holder() -> Holder:
    """Return whose place we hold; None for whoever has none, as files that come in and workers do."""
    return _holder.get()


class Queue:
    """Places of one process for those who make a rendition or an edit, or wait for a decoder to do so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = Counter[_Owner]()
        self._long = Counter[_Owner]()

    @contextmanager
    def place(self, owner: _Owner = None) -> Iterator[None]:
        """Hold a place for what is somebody's, or nobody's; Throttled at once when there is none.

        Of `RENDER_QUEUE` places nobody has more than half, and the last is for those who have none yet: nobody's
        pictures take them all.
        """
        with self._counted(self._taken, owner, self._has_room):
            held = _holder.set((owner,))
            try:
                yield
            finally:
                _holder.reset(held)

    @contextmanager
    def long(self) -> Iterator[None]:
        """Begin what may take long; Throttled at once where so much is that for the owner of the place we hold.

        Whoever holds no place, as workers do, may wait.
        """
        mine = holder()
        with self._counted(self._long, mine[0], self._has_patience) if mine else nullcontext():
            yield

    @contextmanager
    def _counted(self, counts: Counter[_Owner], owner: _Owner, may: Callable[[_Owner], bool]) -> Iterator[None]:
        with self._lock:
            if not may(owner):
                raise Throttled(
                    _("Too many pictures are being made at the moment. Try again in a moment."), retry_after=RETRY_AFTER
                )
            counts[owner] += 1
        try:
            yield
        finally:
            with self._lock:
                counts[owner] -= 1
                counts += Counter()  # without those who have none any more

    def _has_room(self, owner: _Owner) -> bool:
        places, left = settings.RENDER_QUEUE, settings.RENDER_QUEUE - self._taken.total()
        if owner is None or owner not in self._taken:
            return left > 0
        return left > 1 and self._taken[owner] < places // 2

    def _has_patience(self, owner: _Owner) -> bool:
        return self._long[owner] < MOST_LONG


queue = Queue()


def _after_fork() -> None:
    global queue  # noqa: PLW0603  # whoever makes something in our parent takes no place of ours
    queue = Queue()


os.register_at_fork(after_in_child=_after_fork)
