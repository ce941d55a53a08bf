"""What all buckets have in common."""

import mimetypes
from collections.abc import Iterator
from io import BytesIO
from typing import ClassVar

from django.core.files.base import File

from imagehub.images.storage.interface import Found


class Bucket:
    """A place elsewhere; what it acknowledges is durable, and half an upload never becomes an object."""

    local: ClassVar[bool] = False

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Ask for the object now and return its bytes as they arrive."""
        raise NotImplementedError

    def leftovers(self) -> Iterator[Found]:
        """Find nothing: no half-written object is ever in sight."""
        return iter(())

    def sweep_up(self, key: str) -> None:
        """Do nothing, as nothing is ever left over."""

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":  # noqa: ARG002  # Django's form
        return File(BytesIO(b"".join(self.chunks(name))), name=name)


def type_of(key: str) -> str:
    """Return the media type to store an object under."""
    return mimetypes.guess_type(key)[0] or "application/octet-stream"
