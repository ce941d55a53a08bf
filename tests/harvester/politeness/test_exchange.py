"""How places are handed out among workers that talk to one another."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from redis import Redis as Client

from harvester.politeness.exchange import Exchange, Need, Share
from tests.servers import Redis

pytestmark = pytest.mark.server

Worker = Callable[..., Exchange]


@pytest_asyncio.fixture
async def worker(broker: Redis) -> AsyncIterator[Worker]:
    """Make workers that share `places`."""
    made: list[Exchange] = []

    def make(places: int = 10, valid: float = 6.0, turn: float = 60.0) -> Exchange:
        made.append(Exchange(broker.url, places, valid=valid, turn=turn))
        return made[-1]

    yield make
    for exchange in made:
        await exchange.close()


async def say(exchange: Exchange, used: int, kept: int, wanted: int) -> tuple[int, int]:
    """Say what a worker needs of the one room, and return what it has of it and what is due to it."""
    [share], _ = await exchange.talk([Need("site", used, kept, wanted)])
    return share.held, share.due


async def test_who_is_alone_has_all_places(worker: Worker) -> None:
    assert await say(worker(), 0, 0, 1) == (10, 10)


async def test_two_share_evenly_once_the_first_gave_back(worker: Worker) -> None:
    first, second = worker(), worker()
    assert await say(first, 10, 0, 10) == (10, 10)
    assert await say(second, 0, 0, 10) == (0, 5)
    assert await say(first, 10, 10, 10) == (10, 5)  # all in use: nothing can be taken away
    assert await say(first, 7, 7, 10) == (7, 5)
    assert await say(second, 0, 0, 10) == (3, 5)
    assert await say(first, 5, 5, 10) == (5, 5)
    assert await say(second, 3, 3, 10) == (5, 5)
    assert await say(first, 5, 5, 10) == (5, 5)


async def test_who_needs_little_leaves_the_rest_to_others(worker: Worker) -> None:
    first, second = worker(), worker()
    assert await say(first, 1, 0, 1) == (10, 10)
    assert await say(second, 0, 0, 30) == (0, 9)
    assert await say(first, 1, 10, 1) == (10, 1)
    assert await say(first, 1, 1, 1) == (1, 1)
    assert await say(second, 0, 0, 30) == (9, 9)


async def test_who_leaves_leaves_everything(worker: Worker) -> None:
    first, second = worker(), worker()
    await say(first, 10, 0, 10)
    assert await say(first, 0, 0, 0) == (0, 0)
    assert await say(second, 0, 0, 10) == (10, 10)


async def test_the_places_of_a_dead_worker_come_back(worker: Worker) -> None:
    dead, heir = worker(valid=0.3), worker()
    loop = asyncio.get_running_loop()
    await say(dead, 10, 0, 10)
    began = loop.time()
    async with asyncio.timeout(5):
        while (await say(heir, 0, 0, 10))[0] == 0:
            assert loop.time() - began < 1.0
            await asyncio.sleep(0.02)  # nobody tells that the dead are dead
    assert loop.time() - began >= 0.29
    assert await say(heir, 0, 0, 10) == (10, 10)


async def test_more_workers_than_places_take_turns(worker: Worker) -> None:
    workers = [worker(places=2, turn=0.05) for _ in range(5)]
    had = dict.fromkeys(range(5), 0)
    held = dict.fromkeys(range(5), 0)
    async with asyncio.timeout(10):
        while min(had.values()) < 3:
            for number, one in enumerate(workers):
                before = held[number]
                found, due = await say(one, 0, before, 5)
                held[number] = min(found, due)
                had[number] += not before and held[number] > 0
                assert sum(held.values()) <= 2
            await asyncio.sleep(0.01)  # turns are a matter of time
    assert max(had.values()) - min(had.values()) <= 2


async def test_what_was_forgotten_is_said_again(worker: Worker, broker: Redis) -> None:
    first, second = worker(), worker()
    await say(first, 10, 0, 10)
    with Client.from_url(broker.url) as client:
        client.flushall()
    assert await say(second, 0, 0, 10) == (10, 10)
    assert await say(first, 4, 10, 10) == (4, 5)  # what is under way is not denied, what was free is gone
    assert await say(second, 6, 10, 10) == (10, 5)
    assert await say(second, 5, 5, 10) == (5, 5)
    assert await say(first, 4, 4, 10) == (5, 5)


async def test_rooms_have_nothing_to_do_with_one_another(worker: Worker) -> None:
    first, second = worker(), worker()
    await first.talk([Need(f"site {n}", 0, 0, 10) for n in range(250)])
    shares, _ = await second.talk([Need("site 249", 0, 0, 10), Need("site 250", 0, 0, 10)])
    assert shares == [Share(0, 5), Share(10, 10)]


async def test_all_hear_of_a_wish_to_be_left_alone(worker: Worker) -> None:
    first, second = worker(), worker()
    await first.tell({"example.com:80": 60.0, "example.org:443": 0.0})
    await first.tell({"example.com:80": 5.0})  # never shortens
    _, resting = await second.talk([Need("site", 0, 0, 1)])
    assert list(resting) == ["example.com:80"]
    assert 59 < resting["example.com:80"] <= 60


async def test_of_all_who_want_to_go_to_a_host_one_is_next(worker: Worker) -> None:
    first, second = worker(), worker()
    assert await first.turn("slow.example:80", 30.0) == 0.0
    for one in (first, second):
        assert 25.0 < await one.turn("slow.example:80", 30.0) <= 30.0
    assert await second.turn("slow.example:443", 0.0001) == 0.0
    assert await first.turn("other.example:80", 30.0) == 0.0
