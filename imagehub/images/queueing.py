"""The queue for renditions and edits that have to be made: short, so that waiting for them never takes all threads.

A place is taken where somebody waits for the answer; batches are edited by workers, which nobody waits for.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from imagehub.lib.errors import Throttled

_FOR_NEWCOMERS = 6  # one place of so many, but at least one
RETRY_AFTER = 2  # seconds; a rendition takes a tenth of one, the dearest recipe twenty


class Queue:
    """Places of one process for those who make a rendition or an edit, or wait for a decoder to do so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = Counter[int | None]()

    @contextmanager
    def place(self, owner: int | None = None) -> Iterator[None]:
        """Hold a place for what is somebody's, or nobody's; Throttled at once when there is none.

        Of `RENDER_QUEUE` places the last sixth, at least one, is for those who have none yet: nobody's pictures
        take them all.
        """
        with self._lock:
            if not self._has_room(owner):
                raise Throttled(
                    _("Too many pictures are being made at the moment. Try again in a moment."), retry_after=RETRY_AFTER
                )
            self._taken[owner] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[owner] -= 1
                self._taken += Counter()  # without those who have none any more

    def _has_room(self, owner: int | None) -> bool:
        places = settings.RENDER_QUEUE
        has_one = owner is not None and owner in self._taken
        return self._taken.total() < (places - max(1, places // _FOR_NEWCOMERS) if has_one else places)


queue = Queue()


def _after_fork() -> None:
    global queue  # noqa: PLW0603  # whoever makes something in our parent takes no place of ours
    queue = Queue()


os.register_at_fork(after_in_child=_after_fork)
