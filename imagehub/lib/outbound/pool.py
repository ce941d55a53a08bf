"""Fetching from many places at once, over connections that are kept, under the rules of `client.fetch`."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from django.conf import settings

from imagehub.lib.outbound import targets
from imagehub.lib.outbound.addresses import allowance
from imagehub.lib.outbound.client import MOST_REDIRECTS, Reply
from imagehub.lib.outbound.connections import Resolver, system_resolver
from imagehub.lib.outbound.gates import Gate, Passage, wide_open
from imagehub.lib.outbound.names import Names
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.targets import Target
from imagehub.lib.outbound.transfers import Request, Rules, Transfer, authorities
from imagehub.lib.outbound.wires import Wires


@dataclass
class _Clock:
    """The seconds that a fetch has left; it runs only while the remote side is at work, not while we wait."""

    left: float

    @contextmanager
    def running(self) -> Iterator[None]:
        if self.left <= 0:
            raise Refused(Reason.TOO_SLOW)
        began = time.monotonic()
        try:
            yield
        finally:
            self.left -= time.monotonic() - began


@dataclass(frozen=True)
class _Errand:
    """What holds for all hops of a fetch."""

    cap: int
    clock: _Clock
    gate: Gate


class Pool:
    """Connections to everywhere, at most `connections` of them busy at a time, within one event loop."""

    def __init__(self, *, connections: int, agent: str, resolve: Resolver = system_resolver) -> None:
        self._agent = agent
        self._names = Names(resolve)
        self._rules = Rules(tuple(map(allowance, settings.OUTBOUND_ALLOW)), authorities())
        self._free = asyncio.Semaphore(connections)
        self._wires = Wires(connections=connections)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Break off what is under way and close every connection."""
        self._names.close()
        await self._wires.__aexit__(kind, error, trace)

    async def fetch(
        self, url: str, *, cap: int, deadline: float, headers: Mapping[str, str] | None = None, gate: Gate | None = None
    ) -> Reply:
        """Return the answer at `url`, of at most `cap` decoded bytes, within `deadline` seconds of real work.

        Every hop is checked at the address that it connects to and passes the gate; at most five redirects
        are followed, and `headers` go no further than the first origin. Refused is raised for everything
        but an answer; what the gate raises comes as it is.
        """
        target = targets.read(url)
        first, errand = target.origin, _Errand(cap, _Clock(deadline), gate or wide_open)
        for _ in range(MOST_REDIRECTS + 1):
            own = headers if target.origin == first else None
            transfer = await self._hop(target, {"User-Agent": self._agent, **(own or {})}, errand)
            location = transfer.head.location
            if location is None:
                return Reply(transfer.head.status, transfer.head.headers, transfer.body, target.url)
            target = targets.follow(target, location)
        raise Refused(Reason.REDIRECTS)

    async def _hop(self, target: Target, headers: Mapping[str, str], errand: _Errand) -> Transfer:
        with errand.clock.running():
            names = await self._names.of(target.host, target.port, errand.clock.left)
        addresses = self._rules.judged(tuple(names), target.port)
        transfer = Transfer(Request(target, addresses, headers, self._rules, errand.cap))
        async with errand.gate(target, addresses) as passage:
            await self._run(transfer, errand.clock, passage)
        return transfer

    async def _run(self, transfer: Transfer, clock: _Clock, passage: Passage) -> None:
        try:
            async with self._free:
                with clock.running():
                    await transfer.run(self._wires, clock.left)
        finally:
            if transfer.head.is_whole:
                passage.seen(transfer.head.status, transfer.seconds, transfer.head.headers)
