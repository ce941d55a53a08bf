"""The queue for renditions and edits that have to be made: short, so that waiting for them never takes all threads.

A place is taken where somebody waits for the answer; batches are edited by workers, which nobody waits for.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from imagehub.lib.errors import Throttled

RETRY_AFTER = 2  # seconds; a rendition takes a tenth of one, the dearest recipe twenty


class Queue:
    """Places of one process for those who make a rendition or an edit, or wait for a decoder to do so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place; Throttled at once when `RENDER_QUEUE` of them are taken."""
        with self._lock:
            if self._taken >= settings.RENDER_QUEUE:
                raise Throttled(
                    _("Too many pictures are being made at the moment. Try again in a moment."), retry_after=RETRY_AFTER
                )
            self._taken += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= 1


queue = Queue()


def _after_fork() -> None:
    global queue  # noqa: PLW0603  # whoever makes something in our parent takes no place of ours
    queue = Queue()


os.register_at_fork(after_in_child=_after_fork)
