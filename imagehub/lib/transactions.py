"""One transaction per use case, repeated when the database asks for it."""

import functools
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from imagehub.lib.errors import DatabaseUnavailable

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
# MariaDB: 1205 lock wait timeout, 1213 deadlock (the victim is told to try again),
# 1020 record changed since last read (innodb_snapshot_isolation).
_TRANSIENT = {1020, 1205, 1213}


def write(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run a use case in one transaction; repeat it after a deadlock or lock wait, then 503.

    Inside another transaction it is a savepoint of that one and errors go to the outer use case.
    """

    @functools.wraps(use_case)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return use_case(*args, **kwargs)
        return _repeated(lambda: _once(use_case, *args, **kwargs))

    return wrapper


def _once(use_case: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    with transaction.atomic():
        return use_case(*args, **kwargs)


def _repeated(attempt: Callable[[], R]) -> R:
    for pause in (0.01 * 2**n for n in range(ATTEMPTS - 1)):
        try:
            return attempt()
        except OperationalError as error:
            if not is_transient(error):
                raise
            time.sleep(pause)
    try:
        return attempt()
    except OperationalError as error:
        if is_transient(error):
            raise DatabaseUnavailable from error
        raise


def is_transient(error: OperationalError) -> bool:
    """Tell whether the same transaction may succeed when repeated."""
    number = error.args[0] if error.args else None
    return number in _TRANSIENT or "database is locked" in str(error)
