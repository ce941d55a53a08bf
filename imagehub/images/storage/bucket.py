"""What all buckets have in common."""

import mimetypes
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from io import BytesIO
from typing import ClassVar, TypeVar

from django.core.files.base import File

from imagehub.images.storage.circuit import Circuit
from imagehub.images.storage.interface import CHUNK, Found, Labels
from imagehub.images.storage.patience import Passing, asked, keeping_pace

T = TypeVar("T")


class Bucket:
    """A place elsewhere; what it acknowledges is durable, and half an upload never becomes an object."""

    local: ClassVar[bool] = False

    @cached_property
    def circuit(self) -> Circuit:
        """Whether it is asked at all."""
        return Circuit()

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Ask for the object now and return its bytes as they arrive."""
        raise NotImplementedError

    def link(self, key: str, seconds: int, labels: Labels) -> str:
        """Return an address at which anybody gets the object from the place itself, for so long."""
        raise NotImplementedError

    def leftovers(self) -> Iterator[Found]:
        """Find nothing: no half-written object is ever in sight."""
        return iter(())

    def sweep_up(self, key: str) -> None:
        """Do nothing, as nothing is ever left over."""

    def _asked(self, question: Callable[[], T], again: type[Passing] = Passing) -> T:
        """Return the place's answer, or one of our own errors."""

        def once() -> T:
            with self._question():
                return question()

        return asked(once, again)

    def _arriving(self, read: Callable[[int], bytes]) -> Iterator[bytes]:
        """Hand on what a connection gives; `read` may not wait for a whole chunk, which may come byte by byte."""
        # No question to the circuit: the answer is there, and readers may let it lie until its connection ends.
        with self._failures_named():
            yield from keeping_pace(iter(lambda: read(CHUNK), b""))

    @contextmanager
    def _question(self) -> Iterator[None]:
        with self.circuit.question(), self._failures_named():
            yield

    @staticmethod
    def _failures_named() -> AbstractContextManager[None]:
        """Let callers see our own errors instead of the place's."""
        raise NotImplementedError

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":  # noqa: ARG002  # Django's form
        return File(BytesIO(b"".join(self.chunks(name))), name=name)


def range_of(start: int, length: int | None) -> str | None:
    """Return how a part is asked for; none of an empty object can be, not even the one from its beginning."""
    last = "" if length is None else str(start + length - 1)
    return f"bytes={start}-{last}" if start or last else None


def type_of(key: str) -> str:
    """Return the media type to store an object under."""
    return mimetypes.guess_type(key)[0] or "application/octet-stream"
