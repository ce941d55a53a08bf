"""The base of all background tasks: sent after commit, traceable, and never a caller's problem."""

import threading
import time
from typing import Any

import celery
import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

REST = 10.0  # seconds for which a broker that did not answer is left alone
log = structlog.get_logger(__name__)


class Broker:
    """Remembers that the broker is away, so that not every caller waits to find out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away_until = 0.0

    def is_away(self) -> bool:
        """Tell whether it was found away a moment ago."""
        with self._lock:
            return time.monotonic() < self._away_until

    def found_away(self) -> None:
        """Leave it alone for a while."""
        with self._lock:
            self._away_until = time.monotonic() + REST


broker = Broker()


def wake(name: str, *facts: object) -> None:
    """Ask for a task by its name, for whoever stands below it; a broker that is away is nobody's problem."""
    if broker.is_away():
        return
    try:
        celery.current_app.send_task(name, facts, retry=False)
    except (OperationalError, OSError) as error:
        broker.found_away()
        log.warning("task.not_sent", task=name, reason=type(error).__name__)


class Task(celery.Task):  # type: ignore[misc]  # Celery has no types
    """Work that the database knows of; the queue only wakes it.

    Asking for it within a transaction sends it once that commits. When the broker is away nothing is
    sent and nobody fails: the sweeps in the beat schedule find the work in the database.
    """

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Send the task now, or after the commit of the transaction under way."""
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        if request_id is not None:
            options["headers"] = {"request_id": request_id, **(options.get("headers") or {})}
        if not transaction.get_connection().in_atomic_block:
            return self._send(args, kwargs, options)
        return transaction.on_commit(lambda: self._send(args, kwargs, options), robust=True)

    def _send(self, args: Any, kwargs: Any, options: dict[str, Any]) -> Any:
        if broker.is_away():
            return None
        try:
            return super().apply_async(args, kwargs, retry=False, **options)
        except (OperationalError, OSError) as error:
            broker.found_away()
            log.warning("task.not_sent", task=self.name, reason=type(error).__name__)
            return None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run with the request id of whoever asked for it in every log line."""
        request_id = self.request.get("request_id") or self.request.id
        with structlog.contextvars.bound_contextvars(request_id=request_id, task=self.name):
            return super().__call__(*args, **kwargs)
