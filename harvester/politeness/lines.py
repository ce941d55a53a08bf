"""Who goes next: visits wait in one line a host, and the lines take turns."""

import asyncio
from collections import deque
from collections.abc import Callable

from harvester.politeness.hosts import Host
from harvester.politeness.resting import HostResting
from harvester.politeness.rooms import Room

Clock = Callable[[], float]


class Line:
    """The visits that wait for one host at one set of addresses; the parties that sent them take turns."""

    __slots__ = ("host", "is_placed", "rooms", "waiters")

    def __init__(self, host: Host, rooms: tuple[Room, ...]) -> None:
        self.host = host
        self.rooms = rooms
        self.waiters: dict[int, deque[asyncio.Future[None]]] = {}  # by party, whose turn it is first
        self.is_placed = False  # among the ready, or behind a full room, or waiting for its pace: never in two places

    @property
    def first(self) -> asyncio.Future[None] | None:
        """Who comes next; those who gave up are let go of."""
        while self.waiters:
            party, waiters = next(iter(self.waiters.items()))
            while waiters and waiters[0].done():
                waiters.popleft()
            if waiters:
                return waiters[0]
            del self.waiters[party]
        return None

    def add(self, waiter: "asyncio.Future[None]", party: int) -> None:
        """Let somebody wait."""
        self.waiters.setdefault(party, deque()).append(waiter)

    def next(self) -> "asyncio.Future[None]":
        """Return who comes next, who is let go; then it is another party's turn."""
        party, waiters = next(iter(self.waiters.items()))
        self.waiters[party] = self.waiters.pop(party)
        return waiters.popleft()

    @property
    def places(self) -> int:
        """How many of its requests may be under way at once."""
        return min(room.granted for room in self.rooms)

    def count(self, change: int) -> None:
        """Let its rooms know that more or fewer visits wait for them."""
        for room in self.rooms:
            room.waiting += change


class Lines:
    """Lets visits go when there is a place for them everywhere: in this worker, at the site, at each address.

    Nobody holds one place while waiting for another, so that a slow host keeps nobody else waiting.
    """

    def __init__(self, places: int, clock: Clock) -> None:
        self._free = places
        self._clock = clock
        self._ready: deque[Line] = deque()
        self._lines: dict[tuple[str | Room, ...], Line] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits for anything."""
        return not self._lines

    async def enter(self, host: Host, rooms: tuple[Room, ...], party: int = 0) -> Line:
        """Wait for a place everywhere and take it; HostResting when the host is to be left alone."""
        key: tuple[str | Room, ...] = (host.name, *rooms)
        line = self._lines.get(key) or self._lines.setdefault(key, Line(host, rooms))
        waiter = asyncio.get_running_loop().create_future()
        line.add(waiter, party)
        line.count(1)
        self._place(line)
        self.pump()
        try:
            await waiter
        except asyncio.CancelledError:
            self._give_up(line, waiter)
            raise
        return line

    def leave(self, line: Line) -> None:
        """Give a place back, to whoever is next."""
        self._free += 1
        for room in line.rooms:
            room.used -= 1
        self._offer(line.rooms)
        self.pump()

    def grant(self, room: Room, places: int) -> None:
        """Let so many places of a room be used from now on; who is inside stays until it is done."""
        room.granted = places
        for _ in range(min(places - room.used, len(room.blocked))):
            self._offer((room,))
        self.pump()

    def pump(self) -> None:
        """Let everybody go who can."""
        while self._free > 0 and self._ready:
            line = self._ready.popleft()
            line.is_placed = False
            self._advance(line)

    def _advance(self, line: Line) -> None:
        """Let the first of a line go, or put the line where it waits; what it does not use is offered to others."""
        now = self._clock()
        full = next((room for room in line.rooms if not room.is_free), None)
        if line.first is None:
            self._forget(line)
        elif rest := line.host.rest(now):
            self._refuse(line, rest)
        elif full is not None:
            line.is_placed = True
            full.blocked.append(line)
        elif (pause := line.host.pause(line.places, now)) > 0:
            line.is_placed = True
            asyncio.get_running_loop().call_later(pause, self._resume, line)
        else:
            self._start(line, now)
            return
        self._offer(line.rooms)

    def _start(self, line: Line, now: float) -> None:
        line.next().set_result(None)
        line.count(-1)
        line.host.begin(now)
        self._free -= 1
        for room in line.rooms:
            room.used += 1
        self._place(line)

    def _refuse(self, line: Line, rest: float) -> None:
        while waiter := line.first:
            waiter.set_exception(HostResting(rest))
            line.count(-1)
        self._forget(line)

    def _forget(self, line: Line) -> None:
        self._lines.pop((line.host.name, *line.rooms), None)

    def _give_up(self, line: Line, waiter: "asyncio.Future[None]") -> None:
        if waiter.cancelled():
            line.count(-1)
        elif waiter.exception() is None:  # it was let go at the very moment at which it gave up
            line.host.breaker.forgone()
            self.leave(line)

    def _offer(self, rooms: tuple[Room, ...]) -> None:
        for room in rooms:
            if room.is_free and room.blocked:
                line = room.blocked.popleft()
                line.is_placed = False
                self._place(line)

    def _place(self, line: Line) -> None:
        if not line.is_placed:
            line.is_placed = True
            self._ready.append(line)

    def _resume(self, line: Line) -> None:
        line.is_placed = False
        self._place(line)
        self.pump()
