"""Moments as clients see them."""

from datetime import datetime


def told(moment: datetime) -> str:
    """Return a moment in UTC as RFC 3339 writes it."""
    return moment.isoformat().replace("+00:00", "Z")
