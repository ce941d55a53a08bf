"""A place that keeps failing is left alone for a moment, so that whoever needs it hears so at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import structlog

from imagehub.images.storage.interface import ObjectExists, ObjectMissing
from imagehub.images.storage.patience import Declined
from imagehub.lib.errors import StorageUnavailable

log = structlog.get_logger(__name__)

FAILURES = 5  # in a row, of all threads together
REST = 2.0  # seconds; after each of them one question finds out whether the place is back


class Circuit:
    """Lets questions through while they are answered; of this process, for one place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the place is left alone."""
        return self._failures >= FAILURES

    @contextmanager
    def question(self) -> Iterator[None]:
        """Hold one question to the place; StorageUnavailable without asking while it rests."""
        self._enter()
        try:
            yield
        except (ObjectExists, ObjectMissing, Declined):
            self._answered()
            raise
        except StorageUnavailable:
            self._failed()
            raise
        self._answered()

    def _enter(self) -> None:
        with self._lock:
            if not self.is_open:
                return
            if monotonic() < self._rests_until:
                raise StorageUnavailable
            # This one goes to see; the others wait for what it finds.
            self._rests_until = monotonic() + REST

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures == FAILURES:
                log.error("storage.left_alone", seconds=REST)
            if self.is_open:
                self._rests_until = monotonic() + REST

    def _answered(self) -> None:
        with self._lock:
            if self.is_open:
                log.info("storage.back")
            self._failures = 0
