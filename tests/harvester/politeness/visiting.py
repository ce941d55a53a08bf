"""Visits to hosts that are not there: they stay until they are told to go, on a clock that the test sets."""

import asyncio
import ipaddress
from collections import Counter

from harvester.politeness.gates import Gates, Passing
from imagehub.lib.outbound import targets


class Time:
    """A clock that the test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def passing(through: Gates, url: str, *addresses: str) -> Passing:
    return through(targets.read(url), [ipaddress.ip_address(address) for address in addresses or ("192.0.2.1",)])


class Crowd:
    """Visits that stay inside until they are told to go."""

    def __init__(self, through: Gates) -> None:
        self.through = through
        self.inside: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.order: list[str] = []
        self.visits: list[asyncio.Task[None]] = []
        self.go = asyncio.Event()

    async def arrive(self, url: str, *addresses: str) -> None:
        self.visits.append(asyncio.create_task(self._visit(url, addresses)))
        await settled()

    async def _visit(self, url: str, addresses: tuple[str, ...]) -> None:
        async with passing(self.through, url, *addresses) as passage:
            self.order.append(url)
            for name in ("all", url, *addresses):
                self.inside[name] += 1
                self.most[name] = max(self.most[name], self.inside[name])
            await self.go.wait()
            passage.seen(200, 0.01, {})
            for name in ("all", url, *addresses):
                self.inside[name] -= 1

    async def leave(self) -> None:
        self.go.set()
        await asyncio.gather(*self.visits)


async def settled() -> None:
    for _ in range(4):
        await asyncio.sleep(0)
