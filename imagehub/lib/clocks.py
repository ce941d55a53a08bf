"""The clock that all processes share, however far apart those of their machines are: leases hang on it."""

from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Return the time as the database has it; one in a file has the clock of its only machine."""
    if connection.vendor == "sqlite":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT UTC_TIMESTAMP(6)")
        found: datetime = cursor.fetchone()[0]
    return found.replace(tzinfo=UTC)
