"""Limits that hold for all workers together, by way of Redis."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from pytest_django import Settings
from redis import Redis as Client

from harvester.politeness.gates import Gates, Limits
from harvester.politeness.hosts import Hosts
from harvester.politeness.leases import SharedRooms
from harvester.politeness.resting import HostResting
from imagehub.lib.outbound.targets import read
from tests.harvester.politeness.visiting import Crowd, passing
from tests.servers import Redis

pytestmark = pytest.mark.server

URL = "http://example.com/"


@pytest.fixture(autouse=True)
def _shared(settings: Settings, broker: Redis) -> None:
    settings.REDIS_URL = broker.url


@asynccontextmanager
async def workers(count: int, per_host: int = 4) -> AsyncIterator[list[Gates]]:
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Gates(Limits(20, per_host), hosts=Hosts())) for _ in range(count)]


class Site:
    """Somewhere that counts who is there."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.most_at_work = 0  # workers
        self.by_worker: Counter[int] = Counter()

    async def visit(self, gates: Gates, number: int, seconds: float = 0.005) -> None:
        async with passing(gates, URL) as passage:
            self.inside += 1
            self.by_worker[number] += 1
            self.most = max(self.most, self.inside)
            try:
                await asyncio.sleep(seconds)
            finally:
                self.inside -= 1
            passage.seen(200, 0.01, {})


async def test_a_limit_holds_for_all_workers_together() -> None:
    site = Site()
    async with workers(3) as made:
        await asyncio.gather(*(site.visit(gates, n) for n, gates in enumerate(made) for _ in range(40)))
    assert site.most == 4
    assert site.by_worker == {0: 40, 1: 40, 2: 40}


async def test_places_are_handed_on_while_the_first_has_still_much_to_do() -> None:
    site = Site()
    async with workers(2) as (first, second), asyncio.TaskGroup() as group:
        busy = [group.create_task(site.visit(first, 0)) for _ in range(800)]
        await asyncio.sleep(0)
        await asyncio.gather(*(site.visit(second, 1) for _ in range(20)))
        done = sum(visit.done() for visit in busy)
        for visit in busy:
            visit.cancel()
    assert done < 800
    assert site.most == 4


async def test_more_workers_than_places_all_get_on() -> None:
    site = Site()
    async with workers(3, per_host=1) as made:
        await asyncio.gather(*(site.visit(gates, n) for n, gates in enumerate(made) for _ in range(5)))
    assert (site.most, site.by_worker) == (1, {0: 5, 1: 5, 2: 5})


async def test_a_request_costs_no_round_trip(broker: Redis) -> None:
    site = Site()
    async with workers(1) as (gates,):
        await asyncio.gather(*(site.visit(gates, 0, 0.0) for _ in range(500)))
    with Client.from_url(broker.url) as client:
        assert client.info("commandstats")["cmdstat_evalsha"]["calls"] < 30


async def test_who_ends_leaves_nothing_behind(broker: Redis) -> None:
    site = Site()
    async with workers(2) as made:
        await asyncio.gather(*(site.visit(gates, n) for n, gates in enumerate(made)))
    with Client.from_url(broker.url) as client:
        assert client.keys("imagehub:gates:*") == []


async def test_rooms_that_nobody_needs_are_given_back_soon(broker: Redis) -> None:
    site = Site()
    async with workers(1) as (gates,):
        await site.visit(gates, 0)
        await until(lambda: gates.rooms.is_empty)
        with Client.from_url(broker.url) as client:
            assert client.keys("imagehub:gates:*") == []


async def test_all_workers_leave_a_host_alone_that_wishes_it() -> None:
    async with workers(2) as (first, second):
        async with passing(first, URL) as passage:
            passage.seen(429, 0.01, {"retry-after": "60"})
        while True:
            with suppress(HostResting):
                async with passing(second, "http://example.com/again") as passage:
                    await asyncio.sleep(0.02)  # news take a pulse
                    passage.seen(200, 0.01, {})
                    continue
            break
        with pytest.raises(HostResting) as resting:
            await Site().visit(second, 0)
    assert 50 < resting.value.seconds <= 60


async def test_the_pause_that_a_host_wishes_for_lies_between_the_requests_of_all_workers() -> None:
    begins: list[float] = []
    site = Site()

    async def visit(gates: Gates, number: int) -> None:
        async with passing(gates, URL) as passage:
            begins.append(asyncio.get_running_loop().time())
            await asyncio.sleep(0)
            passage.seen(200, 0.01, {})
        site.by_worker[number] += 1

    async with workers(3) as made:
        for gates in made:
            gates.hosts.of(read(URL)).delay = 0.1
        await asyncio.gather(*(visit(gates, n) for n, gates in enumerate(made) for _ in range(3)))
    # Each worker for itself would be through after two pauses.
    assert begins[-1] - begins[0] > 0.7
    assert site.by_worker == {0: 3, 1: 3, 2: 3}


async def test_who_waits_for_its_turn_at_a_host_keeps_no_place_of_the_site() -> None:
    async with workers(2, per_host=1) as (first, second):
        for gates in (first, second):
            gates.hosts.of(read(URL)).delay = 30.0
        async with passing(first, URL):
            pass
        waiting = asyncio.create_task(passing(second, URL).__aenter__())
        await until(lambda: second.hosts.of(read(URL)).last_start > 0)
        async with passing(second, "http://www.example.com/"):
            assert not waiting.done()
        waiting.cancel()


async def test_without_redis_every_worker_counts_for_itself(broker: Redis) -> None:
    broker.kill()
    async with workers(2) as made:
        crowds = [Crowd(gates) for gates in made]
        for crowd in crowds:
            for _ in range(6):
                await crowd.arrive(URL)
        await until(lambda: [crowd.inside["all"] for crowd in crowds] == [4, 4])
        for crowd in crowds:
            await crowd.leave()
        assert [crowd.most["all"] for crowd in crowds] == [4, 4]


async def test_a_redis_that_comes_back_empty_is_believed_again(broker: Redis) -> None:
    site = Site()
    async with workers(2) as (first, second), asyncio.TaskGroup() as group:
        busy = [group.create_task(site.visit(first, 0, 0.02)) for _ in range(1500)]
        await until(lambda: site.inside > 0)
        broker.kill()
        await until(lambda: counts_for_itself(first))
        broker.start()
        await until(lambda: not counts_for_itself(first))
        site.most = 0
        await asyncio.gather(*(site.visit(second, 1) for _ in range(20)))
        for visit in busy:
            visit.cancel()
    assert site.most == 4
    assert site.by_worker[1] == 20


def counts_for_itself(gates: Gates) -> bool:
    assert isinstance(gates.rooms, SharedRooms)
    return gates.rooms.is_alone


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110  # it happens at one of the next talks, of which nobody tells
        await asyncio.sleep(0.02)
