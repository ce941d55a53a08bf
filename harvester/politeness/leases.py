"""Rooms that all workers share: places are leased, kept while they are needed, and handed on to who waits.

A request costs no round trip: a worker talks a few times a second about all its rooms together, and at once
when it needs a place that it does not have, or has one that is due to others. While nobody answers, each
worker counts for itself.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import structlog
from redis.exceptions import RedisError

from harvester.politeness.exchange import Exchange, Need, Share
from harvester.politeness.hosts import Host, Hosts
from harvester.politeness.lines import Clock, Lines
from harvester.politeness.rooms import Room

PULSE = 0.25  # seconds between two talks about everything
AWAY = 2.0  # seconds before somebody who did not answer is asked again
log = structlog.get_logger(__name__)


class SharedRoom(Room):
    """A room of which this worker has some of the places."""

    __slots__ = ("leased", "peak", "wanted")

    def __init__(self, name: str, granted: int) -> None:
        super().__init__(name, granted)
        self.leased = granted  # what is ours as the others know it; beyond what is granted it is on its way back
        self.wanted = 0  # what the others were told that we could use
        self.peak = 0  # the most that could have been used since then

    @property
    def is_kept(self) -> bool:
        """Whether this worker has to go on talking about it."""
        return bool(self.leased or self.peak or not self.is_idle)


class SharedRooms:
    """Takes part in the talk of all workers as long as `run` runs."""

    def __init__(self, most: int, exchange: Exchange, lines: Lines) -> None:
        self._most = most
        self._exchange = exchange
        self._lines = lines
        self._rooms: dict[str, SharedRoom] = {}
        self._urgent: set[SharedRoom] = set()
        self._wishes: dict[str, float] = {}
        self._bell = asyncio.Event()
        self._is_over = False
        self.is_alone = False  # nobody answers, so that we count for ourselves

    @property
    def is_empty(self) -> bool:
        """Whether nobody needs any."""
        return not any(room.is_kept for room in self._rooms.values())

    def of(self, names: Iterable[str]) -> tuple[Room, ...]:
        """Return the rooms of these names, and see to it that there will be a place."""
        return tuple(map(self._wanted, names))

    def left(self, rooms: Iterable[Room]) -> None:
        """Hand a place on that is due to others."""
        for room in rooms:
            if isinstance(room, SharedRoom) and room.granted < room.leased:
                self._hurry(room)

    def tell(self, host: Host, seconds: float) -> None:
        """Let the other workers know that a host wants to be left alone."""
        self._wishes[host.name] = seconds
        self._bell.set()

    async def turn(self, host: Host) -> float:
        """Ask the others whether a request to a host that wants pauses may go now; while nobody answers it may."""
        if self.is_alone:
            return 0.0
        try:
            return await self._exchange.turn(host.name, host.delay)
        except (OSError, RedisError):
            return 0.0  # the next talk finds out for everybody

    async def run(self, hosts: Hosts, clock: Clock) -> None:
        """Talk until the end."""
        while not self._is_over:
            try:
                await self._converse(hosts, clock)
            except (OSError, RedisError) as error:
                if not self.is_alone:
                    log.warning("gates.unreachable", reason=type(error).__name__)
                self._be_alone()
                await self._quiet(AWAY)

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._is_over = True
        self._bell.set()

    async def end(self) -> None:
        """Give everything back, and hang up."""
        with suppress(OSError, RedisError):
            await self._exchange.talk([Need(name, 0, 0, 0) for name in self._rooms])
        await self._exchange.close()

    def _wanted(self, name: str) -> SharedRoom:
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = SharedRoom(name, self._most if self.is_alone else 0)
        room.peak = max(room.peak, min(self._most, room.used + room.waiting + 1))
        if room.peak > max(room.wanted, room.granted):
            self._hurry(room)
        return room

    def _hurry(self, room: SharedRoom) -> None:
        self._urgent.add(room)
        self._bell.set()

    async def _converse(self, hosts: Hosts, clock: Clock) -> None:
        """Talk about everything, and then until the next pulse about what can't wait."""
        loop = asyncio.get_running_loop()
        pulse_at = loop.time() + PULSE
        rooms = list(self._rooms.values())
        while not self._is_over:
            for name, seconds in (await self._talk(rooms)).items():
                hosts.named(name).ask_for_rest(seconds, clock())
            await self._rung(pulse_at)
            await self._pass_wishes_on()
            if loop.time() >= pulse_at:
                return
            rooms = list(self._urgent)

    async def _quiet(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until and not self._is_over:
            await self._rung(until)

    async def _rung(self, until: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._bell.wait()
        self._bell.clear()

    async def _talk(self, rooms: list[SharedRoom]) -> dict[str, float]:
        self._urgent.difference_update(rooms)
        if not rooms:
            return {}
        shares, resting = await self._exchange.talk([self._need(room) for room in rooms])
        self.is_alone = False
        for room, share in zip(rooms, shares, strict=True):
            self._take(room, share)
        return resting

    async def _pass_wishes_on(self) -> None:
        if self._wishes:
            wishes, self._wishes = self._wishes, {}
            await self._exchange.tell(wishes)

    def _need(self, room: SharedRoom) -> Need:
        room.wanted = max(room.peak, min(self._most, room.used + room.waiting))
        room.peak = 0
        if not room.wanted:
            room.granted = 0  # nobody may slip in while it is given back
        return Need(room.name, room.used, max(room.used, room.granted), room.wanted)

    def _take(self, room: SharedRoom, share: Share) -> None:
        room.leased = share.held
        self._lines.grant(room, min(share.held, share.due))
        if room.used < room.leased and room.granted < room.leased:
            self._hurry(room)
        if not room.is_kept:
            self._rooms.pop(room.name, None)

    def _be_alone(self) -> None:
        self.is_alone = True
        for room in list(self._rooms.values()):
            room.leased = self._most
            self._lines.grant(room, self._most)
