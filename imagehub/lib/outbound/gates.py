"""What a caller may put before every hop of a fetch: a place to wait, to refuse, and to learn how it went."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeAlias

from imagehub.lib.outbound.addresses import Address
from imagehub.lib.outbound.targets import Target


class Passage(Protocol):
    """One hop on its way, let through by a gate."""

    def seen(self, status: int, seconds: float, headers: Mapping[str, str]) -> None:
        """Take note of an answer's status, the seconds until its first byte, its headers by lower-case name.

        Called at most once, when the hop is over and its answer had a whole head; whatever else ended the
        hop (`Refused`: no connection, no answer, a body that was not taken) then passes through the gate.
        """


# Entered for each hop once its name was resolved and every address of it may be reached; the addresses come
# in the order in which they will be tried. Waiting in it costs the fetch none of its time, and what it
# raises ends the fetch as it is. It is left when the hop is over, with what ended it.
Gate: TypeAlias = Callable[[Target, Sequence[Address]], AbstractAsyncContextManager[Passage]]


class _Unwatched:
    def seen(self, status: int, seconds: float, headers: Mapping[str, str]) -> None:
        """Nobody wants to know."""


@asynccontextmanager
async def wide_open(_target: Target, _addresses: Sequence[Address]) -> AsyncIterator[Passage]:
    """Let everybody through at once."""
    yield _Unwatched()
