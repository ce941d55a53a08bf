"""How long a bucket is waited for: whoever asked is to hear of its failure within five seconds."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import TypeVar

from imagehub.lib.errors import StorageUnavailable

T = TypeVar("T")

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.4  # without a single byte
SOON = 0.5  # seconds within which a failure leaves time for another try
SLOWEST = 64 * 1024  # bytes a second that an object has to arrive with, here or there
_PIECE = 64 * 1024  # bytes sent in one go
BEHIND = 2.0  # seconds that it may be late all the same
_BUSY = {429, 500, 502, 503, 504}
_FIRST_FAULT_OF_THEIRS = 500


class Passing(StorageUnavailable):
    """What may well succeed at once if it is asked again."""


class Unheard(Passing):
    """Nobody took up the question, so that nothing came of it."""


class Declined(StorageUnavailable):
    """The place is there, and answered that it won't."""


def refusal(status: int | None) -> type[StorageUnavailable]:
    """Return what the status of an answer means, unless it is about the object."""
    if status in _BUSY:
        return Unheard
    return Declined if status and status < _FIRST_FAULT_OF_THEIRS else StorageUnavailable


def asked(question: Callable[[], T], again: type[Passing] = Passing) -> T:
    """Return the answer; ask once more when the first try failed soon, and so that it may be asked again."""
    begun = monotonic()
    try:
        return question()
    except again:
        if monotonic() - begun > SOON:
            raise
    return question()


def keeping_pace(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Hand on pieces as they arrive; StorageUnavailable once they come too slowly to be waited for.

    Only the waiting for them counts, not what their reader does with them.
    """
    waited, seen = 0.0, 0
    while True:
        begun = monotonic()
        piece = next(pieces, b"")
        waited, seen = waited + monotonic() - begun, seen + len(piece)
        if not piece:
            return
        yield piece
        if waited > BEHIND + seen / SLOWEST:
            raise StorageUnavailable


def sending(data: bytes) -> Iterator[memoryview]:
    """Cut bytes into pieces to be sent one by one; StorageUnavailable once they are taken too slowly to wait for."""
    begun, whole = monotonic(), memoryview(data)
    for at in range(0, len(data), _PIECE):
        if monotonic() - begun > BEHIND + at / SLOWEST:
            raise StorageUnavailable
        yield whole[at : at + _PIECE]
