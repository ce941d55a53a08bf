"""One transaction per use case, repeated when the database asks for it."""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from imagehub.lib.errors import DatabaseUnavailable

P = ParamSpec("P")
R = TypeVar("R")

PAUSES = (0.0, 0.01, 0.02, 0.04, 0.08)  # seconds before each try
# MariaDB: 1205 lock wait timeout, 1213 deadlock (the victim is told to try again),
# 1020 record changed since last read (innodb_snapshot_isolation).
_TRANSIENT = {1020, 1205, 1213}


def write(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run a use case in one transaction; repeat it after a deadlock or lock wait, then 503.

    Inside another transaction it is a savepoint of that one and errors go to the outer use case; a late transaction
    begins with it.
    """

    @functools.wraps(use_case)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        def attempt() -> R:
            with transaction.atomic():
                return use_case(*args, **kwargs)

        late = _late.get()
        if late is not None and late.is_due:
            return repeated(lambda: late.hold(attempt))
        return attempt() if connection.in_atomic_block else repeated(attempt)

    return wrapper


class LateTransaction:
    """One transaction for all that is written within a block, begun no earlier than that.

    Whatever is done before, such as storing bytes, so keeps no row locked and nobody waiting.
    """

    def __init__(self, first: Callable[[], None], end: ExitStack) -> None:
        self._first, self._end = first, end
        self._has_begun = False
        self._place = _place()

    @property
    def is_due(self) -> bool:
        """Whether a write that comes now begins it; one in a transaction that ends sooner does not."""
        return not self._has_begun and _place() == self._place

    def hold(self, work: Callable[[], R]) -> R:
        """Do work within it; where it begins with this, what comes `first` goes before, and both fail together."""
        if self._has_begun:
            return work()
        with ExitStack() as beginning:
            beginning.enter_context(transaction.atomic())
            self._first()
            result = work()
            self._end.enter_context(beginning.pop_all())
        self._has_begun = True
        return result


@contextmanager
def late_transaction(first: Callable[[], None]) -> Iterator[LateTransaction]:
    """Let the first write within the block begin a transaction, with `first`, that ends with the block."""
    with ExitStack() as end:
        late = LateTransaction(first, end)
        token = _late.set(late)
        try:
            yield late
        finally:
            _late.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """Let what is written within the block end by itself: it begins no late transaction."""
    token = _late.set(None)
    try:
        yield
    finally:
        _late.reset(token)


_late: ContextVar[LateTransaction | None] = ContextVar("late", default=None)


def _place() -> tuple[bool, int]:
    """Return how deep in transactions and their savepoints this is."""
    return connection.in_atomic_block, len(connection.savepoint_ids)


def after_commit(work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Do something once the transaction under way is committed; what fails then is logged and fails nobody."""
    # A function of its own: Django names what failed, and a `partial` has no name, which is an error of its own.
    transaction.on_commit(lambda: work(*args, **kwargs), robust=True)


def repeated(attempt: Callable[[], R]) -> R:
    """Return what an attempt at a transaction gives, repeated after a deadlock or lock wait, then 503."""
    for pause in PAUSES:
        if pause:  # even a sleep of no length hands the interpreter to whoever else wants it
            time.sleep(pause)
        try:
            return attempt()
        except OperationalError as error:
            if not is_transient(error):
                raise
            busy = error
    raise DatabaseUnavailable from busy


def is_transient(error: OperationalError) -> bool:
    """Tell whether the same transaction may succeed when repeated."""
    number = error.args[0] if error.args else None
    return number in _TRANSIENT or "database is locked" in str(error)
