"""Where the bytes of images lie: one small interface, one place chosen by STORAGE_URL.

The functions here speak to the configured place (`STORAGES["default"]`). The classes for buckets are
imported when they are named, so that their packages stay optional.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from django.core.files.storage import storages

from imagehub.images.storage.files import Chunks
from imagehub.images.storage.interface import CHUNK, Found, Labels, ObjectExists, ObjectMissing, ObjectStore
from imagehub.images.storage.keys import BadKey
from imagehub.images.storage.local import LocalStorage
from imagehub.images.storage.moving import MovingStorage, made

if TYPE_CHECKING:
    from imagehub.images.storage.bucket import Bucket

__all__ = [
    "CHUNK",
    "BadKey",
    "Found",
    "Labels",
    "LocalStorage",
    "MovingStorage",
    "ObjectExists",
    "ObjectMissing",
    "ObjectStore",
    "chunks",
    "current",
    "delete",
    "exists",
    "link",
    "made",
    "put",
    "read",
    "replace",
    "walk",
]
_BUCKETS = {"S3Storage": "imagehub.images.storage.s3", "AzureStorage": "imagehub.images.storage.azure"}


def __getattr__(name: str) -> Any:
    if name not in _BUCKETS:
        raise AttributeError(name)
    return getattr(import_module(_BUCKETS[name]), name)


def current() -> ObjectStore:
    """Return the configured storage."""
    return cast("ObjectStore", storages["default"])


def put(key: str, data: bytes) -> None:
    """Keep `data` under a free key; it is durable when this returns. Raise ObjectExists for a taken key."""
    current().put(key, data)


def replace(key: str, data: bytes) -> None:
    """Keep `data` under a key in place of what is there; it is durable when this returns."""
    current().replace(key, data)


def read(key: str) -> bytes:
    """Return a whole object, or raise ObjectMissing."""
    found = current().chunks(key)
    return found.rest() if isinstance(found, Chunks) else b"".join(found)


def chunks(key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """Open an object now and return its bytes from `start`, at most CHUNK at a time."""
    return current().chunks(key, start, length)


def delete(key: str) -> None:
    """Make sure that nothing is stored under a key."""
    current().delete(key)


def exists(key: str) -> bool:
    """Tell whether an object is stored under a key."""
    return current().exists(key)


def link(key: str, seconds: int, labels: Labels) -> str:
    """Return an address at which anybody gets the object from the bucket that is configured, for so long."""
    return cast("Bucket", current()).link(key, seconds, labels)


def walk(prefix: str = "") -> Iterator[Found]:
    """Go through all objects whose keys begin so (`""`, `some/folder/`, `some/name_`), one at a time."""
    return current().walk(prefix)
