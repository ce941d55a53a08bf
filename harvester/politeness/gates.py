"""The gate before every request of a harvest: it keeps the limits, and learns how hosts are."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from django.conf import settings

from harvester.politeness.exchange import Exchange
from harvester.politeness.hosts import MET, Hosts
from harvester.politeness.leases import SharedRooms
from harvester.politeness.lines import Clock, Line, Lines
from harvester.politeness.resting import HostResting
from harvester.politeness.rooms import OwnRooms, Room, Rooms, names
from harvester.politeness.sites import site
from imagehub.lib.outbound.addresses import Address
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.retrying import seconds_asked
from imagehub.lib.outbound.targets import Target

_NOBODY_THERE = {Reason.UNREACHABLE, Reason.TOO_SLOW, Reason.INSECURE, Reason.BROKEN}
_SENDS_AWAY = {429, 503}


@dataclass(frozen=True)
class Limits:
    """How many requests may be under way at once."""

    altogether: int = field(default_factory=lambda: settings.MAX_CONCURRENT_DOWNLOADS)  # of this worker
    per_host: int = field(default_factory=lambda: settings.MAX_CONNECTIONS_PER_HOST)  # of all, to a site or address


class Gates:
    """Lets requests through as hosts can bear them; an instance belongs to one event loop, within `async with`.

    At most `per_host` are under way to one site and to one address, at most `altogether` from this worker.
    A host that fails or slows down is asked less often; one that is dead, or wishes it, is left alone, of
    which HostResting tells whoever wants to go there. With Redis, `per_host` and what hosts wish hold for all
    workers together.
    """

    def __init__(self, limits: Limits | None = None, *, hosts: Hosts = MET, clock: Clock = time.monotonic) -> None:
        self.limits = limits or Limits()
        self.hosts = hosts
        self.clock = clock
        self.lines = Lines(self.limits.altogether, clock)
        self.rooms: Rooms = OwnRooms(self.limits.per_host)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if settings.REDIS_URL:
            shared = SharedRooms(self.limits.per_host, Exchange(settings.REDIS_URL, self.limits.per_host), self.lines)
            self._stack.push_async_callback(shared.end)
            talking = await self._stack.enter_async_context(asyncio.TaskGroup())
            talking.create_task(shared.run(self.hosts, self.clock))
            self._stack.callback(shared.stop)
            self.rooms = shared
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def __call__(self, target: Target, addresses: Sequence[Address], party: int = 0) -> "Passing":
        """Let one request to one of these addresses through, in its turn; those who ask, by number, take turns."""
        return Passing(self, target, addresses, party)


class Passing:
    """One request on its way through the gates."""

    __slots__ = ("_gates", "_host", "_is_answered", "_line", "_names", "_party")

    _line: Line

    def __init__(self, gates: Gates, target: Target, addresses: Sequence[Address], party: int = 0) -> None:
        self._gates = gates
        self._party = party
        self._host = gates.hosts.of(target)
        self._names = names(site(target.host), addresses)
        self._is_answered = False

    async def __aenter__(self) -> Self:
        rooms = self._gates.rooms.of(self._names)
        try:
            self._line = await self._entered(rooms)
        except (HostResting, asyncio.CancelledError):
            self._gates.rooms.left(rooms)
            raise
        return self

    async def _entered(self, rooms: tuple[Room, ...]) -> Line:
        """Wait in line; again and without its place where another worker goes to a host that wants pauses first."""
        while True:
            line = await self._gates.lines.enter(self._host, rooms, self._party)
            wait = 1.0  # should we give up while we ask
            try:
                wait = await self._gates.rooms.turn(self._host) if self._host.delay else 0.0
                if not wait:
                    return line
            finally:
                if wait:
                    self._host.begun_elsewhere(wait, self._gates.clock())
                    self._gates.lines.leave(line)

    def seen(self, status: int, seconds: float, headers: Mapping[str, str]) -> None:
        """Learn from an answer."""
        now = self._gates.clock()
        self._is_answered = True
        self._host.breaker.answered()
        self._host.pace.answered(status, seconds, now)
        if status in _SENDS_AWAY and (wish := seconds_asked(headers)):
            self._host.ask_for_rest(wish, now)
            self._gates.rooms.tell(self._host, wish)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._learn(error)
        self._gates.lines.leave(self._line)
        self._gates.rooms.left(self._line.rooms)

    def _learn(self, error: BaseException | None) -> None:
        found_nobody = isinstance(error, Refused) and error.reason in _NOBODY_THERE
        if found_nobody:
            self._host.pace.failed(self._gates.clock())
        if found_nobody and not self._is_answered:
            self._host.breaker.failed(self._gates.clock())
        elif not self._is_answered:
            self._host.breaker.forgone()
