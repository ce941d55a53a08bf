"""The secret key of an embedded installation, made once and kept with its data."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ImproperlyConfigured


def kept_in(path: Path, *, embedded: bool) -> str:
    """Return the key in `path`, making it (mode 0600) on the first start of an embedded installation.

    Several machines must share one key, so anything but the embedded set-up has to be told it.
    """
    if not embedded:
        raise ImproperlyConfigured("SECRET_KEY must be set (50 random characters) when DATABASE_URL names a server")
    try:
        if not path.exists():
            _make(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"The data folder {path.parent} can't be used: {error.strerror}") from None


def _make(path: Path) -> None:
    """Put a new key there whole or not at all; of two processes that start at once, one does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
