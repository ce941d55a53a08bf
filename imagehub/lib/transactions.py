"""One transaction per use case, repeated when the database asks for it."""

import functools
import time
from collections.abc import Callable
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

    Inside another transaction it is a savepoint of that one and errors go to the outer use case.
    """

    @functools.wraps(use_case)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        def attempt() -> R:
            with transaction.atomic():
                return use_case(*args, **kwargs)

        return attempt() if connection.in_atomic_block else _repeated(attempt)

    return wrapper


def after_commit(work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Do something once the transaction under way is committed; what fails then is logged and fails nobody."""
    # A function of its own: Django names what failed, and a `partial` has no name, which is an error of its own.
    transaction.on_commit(lambda: work(*args, **kwargs), robust=True)


def _repeated(attempt: Callable[[], R]) -> R:
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
