"""The disk that files lie on, where they lie on one."""

import os
from pathlib import Path

from imagehub.images import storage

LEAST = 32 * 1024 * 1024  # bytes, below which a disk counts as full: about the largest image, and what is said of it


def is_local() -> bool:
    """Tell whether files lie on a disk of ours, rather than in a bucket."""
    return storage.current().local


def is_writable() -> bool:
    """Tell whether the folder of all files can be written to, or made."""
    place = _nearest()
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def has_room() -> bool:
    """Tell whether more files could be written."""
    return free() >= LEAST


def free() -> int:
    """Return the bytes that are left."""
    disk = os.statvfs(_nearest())
    return disk.f_bavail * disk.f_frsize


def _nearest() -> Path:
    """Return the folder, or before the first file is kept what it will be made in."""
    place = Path(getattr(storage.current(), "location", "/"))
    return next(one for one in (place, *place.parents) if one.exists())
