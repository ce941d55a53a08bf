"""The secret key of an embedded installation, made once and kept with its data."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_in(path: Path, *, embedded: bool) -> str:
    """Return the key in `path`, making it (mode 0600) on the first start of an embedded installation.

    Several machines must share one key, so anything but the embedded set-up has to be told it.
    """
    if not embedded:
        raise ImproperlyConfigured("SECRET_KEY must be set (50 random characters) when DATABASE_URL names a server")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()
