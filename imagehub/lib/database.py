"""How long a database server is waited for: one that hangs keeps its connections open and says nothing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import DatabaseError, connection

from imagehub.lib import env

LONGEST = 86_400  # seconds; a day, for what works on whole tables
CONNECT_SECONDS = 3
LOCK_SECONDS = 10  # that a statement waits for a row which another one holds
MARGIN = 2  # seconds by which a server that waits for a row answers before it is given up
_MOMENT = 1  # second in which a server that is well answers a question about nothing


def seconds_allowed() -> int:
    """Read how long the operator lets one answer of a server take."""
    return env.integer("DATABASE_SECONDS", 12, minimum=1, maximum=LONGEST)


def patience(seconds: int) -> dict[str, int]:
    """Return the options of connections whose statements may take so many seconds each."""
    return {"connect_timeout": CONNECT_SECONDS, "read_timeout": seconds, "write_timeout": seconds}


def lock_patience(seconds: int) -> int:
    """Return the seconds that a statement waits for a row, so that whoever waits is told why."""
    return max(1, min(LOCK_SECONDS, seconds - MARGIN))


@contextmanager
def unhurried() -> Iterator[None]:
    """Let statements take as long as they take, for work on whole tables; outside any transaction."""
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.settings_dict["OPTIONS"] = {name: options[name] for name in options.keys() - patience(1).keys()}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = options


def answers() -> bool:
    """Tell whether the database answers within a moment; asked on a connection of its own, which may hang alone."""
    ours = connection.copy()
    if ours.vendor == "mysql":
        ours.settings_dict["OPTIONS"] |= patience(_MOMENT) | {"connect_timeout": _MOMENT}
    try:
        with closing(ours), ours.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return False
    return True
