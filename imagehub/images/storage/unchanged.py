"""Removing an object that was judged a while ago, and no other that has come in its place."""

from datetime import datetime

from imagehub.images import storage
from imagehub.images.storage.local import LocalStorage


def modified(key: str) -> datetime | None:
    """Return when an object was written; None where there is none."""
    return next((found.modified for found in storage.walk(key) if found.key == key), None)


def delete(key: str, since: datetime) -> None:
    """Remove an object unless it was written after that moment; a bucket is asked about that just before."""
    store = storage.current()
    if isinstance(store, LocalStorage):
        store.delete_unchanged(key, since)
    elif (written := modified(key)) is not None and written <= since:
        store.delete(key)
