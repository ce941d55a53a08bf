"""Places: how many requests may be under way at once to one site or one address."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from imagehub.lib.outbound.addresses import Address
from imagehub.lib.outbound.transfers import MOST_ADDRESSES

if TYPE_CHECKING:
    from harvester.politeness.hosts import Host
    from harvester.politeness.lines import Line


class Room:
    """The places of one site or address that this worker may use."""

    __slots__ = ("blocked", "granted", "name", "used", "waiting")

    def __init__(self, name: str, granted: int) -> None:
        self.name = name
        self.granted = granted
        self.used = 0
        self.waiting = 0  # visits that stand in lines for it, whatever else they wait for
        self.blocked: deque[Line] = deque()  # lines for whose first visit it was full

    @property
    def is_free(self) -> bool:
        """Whether one more request may go out."""
        return self.used < self.granted

    @property
    def is_idle(self) -> bool:
        """Whether nobody uses it or waits for it."""
        return not (self.used or self.waiting)


class Rooms(Protocol):
    """Where rooms come from, and who else has places in them."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody needs any."""

    def of(self, names: Iterable[str]) -> tuple[Room, ...]:
        """Return the rooms of these names for one request more, which waits for them at once."""

    def left(self, rooms: Iterable[Room]) -> None:
        """Take note that a request is over and its places are free."""

    def tell(self, host: "Host", seconds: float) -> None:
        """Let the others know that a host wants to be left alone."""

    async def turn(self, host: "Host") -> float:
        """Ask the others whether a request to a host that wants pauses may go; 0: yes, or the seconds to wait."""


class OwnRooms:
    """Rooms that this process has for itself."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rooms: dict[str, Room] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nobody needs any."""
        return not self._rooms

    def of(self, names: Iterable[str]) -> tuple[Room, ...]:
        """Return the rooms of these names."""
        return tuple(self._rooms.setdefault(name, Room(name, self._most)) for name in names)

    def left(self, rooms: Iterable[Room]) -> None:
        """Forget what nobody needs."""
        for room in rooms:
            if room.is_idle:
                self._rooms.pop(room.name, None)

    def tell(self, host: "Host", seconds: float) -> None:
        """Tell nobody: there is nobody else."""

    async def turn(self, host: "Host") -> float:  # noqa: ARG002  # as the others have it
        """Go: the line has kept the pause."""
        return 0.0


def names(site: str, addresses: Sequence[Address]) -> list[str]:
    """Return the names of the rooms that a request needs, each once, in an order of their own."""
    return sorted({site, *map(str, addresses[:MOST_ADDRESSES])})
