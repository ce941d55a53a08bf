"""The client, its gates and robots.txt, against a site that counts who is there."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from pytest_django import Settings

from harvester.politeness.gates import Gates, Limits
from harvester.politeness.hosts import Hosts
from harvester.politeness.resting import HostResting
from harvester.politeness.robots import Memory, Robots
from imagehub.lib.outbound import Reason, Refused, targets
from imagehub.lib.outbound.pool import Pool
from tests.loopback import answer, serving
from tests.origins import Origin, origin
from tests.servers import free_port

PER_HOST = 3


@pytest.fixture
def site(settings: Settings) -> Iterator[Origin]:
    with origin() as running:
        settings.OUTBOUND_ALLOW = ["127.0.0.0/8:*"]
        yield running


def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


class Client:
    """What a session works with."""

    def __init__(self, pool: Pool, gates: Gates) -> None:
        self._pool, self._gates = pool, gates
        self._robots = Robots(pool, gates, memory=Memory())

    async def status(self, url: str) -> int:
        await self._robots.allows(targets.read(url))
        return (await self._pool.fetch(url, cap=100_000, deadline=5, gate=self._gates)).status


@asynccontextmanager
async def client() -> AsyncIterator[Client]:
    async with (
        asyncio.timeout(20),
        Pool(connections=20, agent="ImageHub/1", resolve=loopback) as pool,
        Gates(Limits(20, PER_HOST), hosts=Hosts()) as gates,
    ):
        yield Client(pool, gates)


class Busy:
    """A site that answers slowly enough to see who is there at one time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.inside = self.most = 0

    def __call__(self, _head: bytes, connection: socket.socket) -> None:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.01)  # the time that an answer takes
        with self._lock:
            self.inside -= 1
        connection.sendall(answer(b"picture"))


async def test_no_spelling_of_a_host_has_more_requests_under_way(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8:*"]
    hosts = ["127.0.0.1", "example.com", "EXAMPLE.com.", *(f"img{n}.example.com" for n in range(5)), "example.org"]
    with serving(busy := Busy()) as server:
        async with client() as ours:
            urls = [f"http://{host}:{server.port}/{n}.png" for host in hosts for n in range(6)]
            assert await asyncio.gather(*map(ours.status, urls)) == [200] * len(urls)
    assert busy.most == PER_HOST


async def test_a_host_that_asks_for_rest_gets_it_at_once(site: Origin) -> None:
    site.fail("/a.png", times=1, status=429, headers={"Retry-After": "60"})
    async with client() as ours:
        assert await ours.status(site.url("/a.png")) == 429
        with pytest.raises(HostResting):
            await ours.status(site.url("/b.png"))
    assert site.asked("/b.png") == 0


async def test_a_dead_host_is_not_knocked_at_for_ever(settings: Settings, site: Origin) -> None:
    settings.HARVEST_ROBOTS = "ignore"
    url = f"http://127.0.0.1:{free_port()}/a.png"
    async with client() as ours:
        outcomes = await asyncio.gather(*(ours.status(url) for _ in range(40)), return_exceptions=True)
    refused = [error.reason for error in outcomes if isinstance(error, Refused)]
    assert set(refused) == {Reason.UNREACHABLE}
    assert len(refused) < 10
    assert len([error for error in outcomes if isinstance(error, HostResting)]) == 40 - len(refused)
