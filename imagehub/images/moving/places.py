"""The two ends of a move, as the configuration and the caller name them."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from imagehub.images import storage
from imagehub.images.moving.carrying import Carrier, Side
from imagehub.images.storage import ObjectStore
from imagehub.lib import storage_url
from imagehub.lib.errors import Conflict


class SamePlace(Conflict):
    """Source and target are one, or one lies within the other."""


def carrier(source_url: str, target_url: str) -> Carrier:
    """Return who carries from the one place to the other; ImproperlyConfigured for what names no place to use."""
    ends = (("--from", source_url), ("--to", target_url))
    source, target = (storage.made(storage_url.backend(url, name=name)) for name, url in ends)
    _require_apart(source_url, target_url)
    if source_url.startswith("file:"):
        _require_folder("--from", _path(source_url), os.R_OK | os.X_OK)
    if target_url.startswith("file:"):
        _require_folder("--to", _nearest(_path(target_url)), os.R_OK | os.W_OK | os.X_OK)
    return Carrier(source, target, Side.TARGET if target_url == settings.STORAGE_URL else Side.SOURCE)


def require_two(source: ObjectStore, target: ObjectStore) -> None:
    """Raise SamePlace when what is stored in the target appears in the source, whatever their names."""
    key = f"moving-{secrets.token_hex(16)}"
    target.put(key, b"")
    try:
        if source.exists(key):
            raise SamePlace
    finally:
        target.delete(key)


def _require_apart(*urls: str) -> None:
    folders = [_path(url).resolve() for url in urls if url.startswith("file:")]
    if len(folders) == len(urls) and any(one.is_relative_to(other) for one, other in (folders, folders[::-1])):
        raise SamePlace


def _path(url: str) -> Path:
    return Path(urlsplit(url).path)


def _nearest(folder: Path) -> Path:
    """Return what is there of a folder that is made when it is written to: itself, or where it would be made."""
    return next(path for path in (folder, *folder.parents) if os.path.lexists(path))


def _require_folder(option: str, folder: Path, rights: int) -> None:
    if not (os.access(folder, rights, effective_ids=True) and folder.is_dir()):
        use = "read and written" if rights & os.W_OK else "read"
        raise ImproperlyConfigured(f"{option} must name a folder that may be {use}, which {folder} is not")
