"""The disk that files lie on, where they lie on one."""

import os
from pathlib import Path

from imagehub.images import storage


def is_local() -> bool:
    """Tell whether files lie on a disk of ours, rather than in a bucket."""
    return storage.current().local


def is_writable() -> bool:
    """Tell whether the folder of all files can be written to, or made."""
    place = _nearest()
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def free() -> int:
    """Return the bytes that are left."""
    disk = os.statvfs(_nearest())
    return disk.f_bavail * disk.f_frsize


def _nearest() -> Path:
    """Return the folder, or before the first file is kept what it will be made in."""
    place = Path(getattr(storage.current(), "location", "/"))
    return next(one for one in (place, *place.parents) if one.exists())
