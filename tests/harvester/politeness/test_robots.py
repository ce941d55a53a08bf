"""Asking sites whether we may come in."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.core.cache import cache
from pytest_django import Settings

from harvester.politeness.gates import Gates, Limits
from harvester.politeness.hosts import Hosts
from harvester.politeness.resting import HostResting
from harvester.politeness.robots import DENIED_FOR, KEPT, LARGEST, TRIES, Memory, Robots
from harvester.politeness.rules import Rules
from imagehub.lib.outbound import Reason, Refused, targets
from imagehub.lib.outbound.pool import Pool
from tests.origins import Answer, Origin, origin

FILE = "/robots.txt"
NO_GIFS = Answer(body=b"User-agent: ImageHub\nDisallow: /*.gif$\n")


@pytest.fixture
def site(settings: Settings) -> Iterator[Origin]:
    settings.RETRY_DELAY = 0
    with origin() as running:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{running.port}"]
        yield running


class Asking:
    """Somebody who asks, with what they remember."""

    def __init__(self) -> None:
        self.memory = Memory()

    async def __call__(self, *urls: str) -> list[bool]:
        async with Pool(connections=5, agent="ImageHub/1", resolve=loopback) as pool:
            robots = Robots(pool, Gates(Limits(5, 5), hosts=Hosts()), memory=self.memory)
            return list(await asyncio.gather(*(robots.allows(targets.read(url)) for url in urls)))


def loopback(host: str, port: int) -> Sequence[str]:
    return [] if host == "unknown.example" else ["127.0.0.1"]


async def test_a_site_says_where_we_may_go(site: Origin) -> None:
    site.answer(FILE, NO_GIFS)
    assert await Asking()(site.url("/a.gif"), site.url("/a.png"), site.url("/a.gif?x")) == [False, True, True]
    assert site.asked(FILE) == 1
    assert site.heads[0][1]["user-agent"] == "ImageHub/1"


@pytest.mark.parametrize(
    ("answer", "allowed", "asked"),
    [
        (Answer(404), True, 1),
        (Answer(403, b"User-agent: *\nDisallow: /\n"), True, 1),
        (Answer(410), True, 1),
        (Answer(204), True, 1),
        (Answer(200, b"<html>Welcome"), True, 1),
        (Answer(200, b"User-agent: *\nDisallow: /\n"), False, 1),
        (Answer(200, b"User-agent: *\n" + b"Disallow: /nothing-of-ours\n" * 5000 + b"Disallow: /*.png\n"), False, 1),
        (Answer(200, b"\xff\xfe\x00 Disallow"), True, 1),
        (Answer(500), False, TRIES),
        (Answer(503, b"User-agent: *\nAllow: /\n"), False, TRIES),
        (Answer(429), False, TRIES),
        (Answer(302, headers={"Location": "/robots.txt"}), True, 6),
        (Answer(302, headers={"Location": "http://10.0.0.1/"}), False, 1),
        (Answer(302, headers={"Location": "file:///etc/passwd"}), False, 1),
        (Answer(200, b"User-agent: *\nAllow: /\n" + b"#" * LARGEST), False, 1),
    ],
)
async def test_what_answers_mean(site: Origin, answer: Answer, allowed: bool, asked: int) -> None:
    site.answer(FILE, answer)
    asking = Asking()
    assert await asking(site.url("/a.png")) == [allowed]
    assert await asking(site.url("/b.png")) == [allowed]  # remembered, the no as well as the yes
    assert site.asked(FILE) == asked


async def test_redirects_lead_to_the_rules(site: Origin) -> None:
    site.answer(FILE, Answer(301, headers={"Location": "/elsewhere.txt"}))
    site.answer("/elsewhere.txt", NO_GIFS)
    assert await Asking()(site.url("/a.gif"), site.url("/a.png")) == [False, True]


async def test_a_fault_that_passes_is_not_held_against_us(site: Origin) -> None:
    site.answer(FILE, NO_GIFS)
    site.fail(FILE, times=TRIES - 1)
    assert await Asking()(site.url("/a.gif"), site.url("/a.png")) == [False, True]


async def test_every_origin_speaks_for_itself(site: Origin) -> None:
    site.answer(FILE, NO_GIFS)
    urls = [site.url("/a.gif"), site.url("/a.gif", host="other.example"), site.url("/b.gif", host="Other.Example.")]
    assert await Asking()(*urls) == [False, False, False]
    assert site.asked(FILE) == 2


async def test_any_number_of_visits_asks_once(site: Origin) -> None:
    site.answer(FILE, NO_GIFS)
    assert await Asking()(*[site.url(f"/{n}.png") for n in range(200)]) == [True] * 200
    assert site.asked(FILE) == 1


async def test_who_gives_up_does_not_take_the_answer_from_the_others(site: Origin) -> None:
    site.answer(FILE, NO_GIFS)
    site.hold(FILE)
    async with Pool(connections=5, agent="ImageHub/1") as pool:
        robots = Robots(pool, memory=Memory())
        first, second = (asyncio.create_task(robots.allows(targets.read(site.url("/a.gif")))) for _ in range(2))
        await asyncio.to_thread(site.await_asked, FILE)
        first.cancel()
        site.release()
        assert await second is False
    assert (first.cancelled(), site.asked(FILE)) == (True, 1)


async def test_a_site_that_can_not_be_asked_is_named_as_such_and_asked_again(site: Origin) -> None:
    asking = Asking()
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await asking("http://unknown.example/a.png")
        assert refused.value.reason is Reason.UNKNOWN_HOST


async def test_a_wish_to_be_left_alone_is_passed_on(site: Origin) -> None:
    site.fail(FILE, times=1, headers={"Retry-After": "60"})
    with pytest.raises(HostResting):
        await Asking()(site.url("/a.png"))
    assert site.asked(FILE) == 1


async def test_nobody_is_asked_where_that_is_not_wanted(site: Origin, settings: Settings) -> None:
    settings.HARVEST_ROBOTS = "ignore"
    site.answer(FILE, Answer(body=b"User-agent: *\nDisallow: /\n"))
    assert await Asking()(site.url("/a.png")) == [True]
    assert site.asked(FILE) == 0


def test_answers_are_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    memory, began = Memory(), time.monotonic()
    memory.keep("kept", Rules("User-agent: *\nDisallow: /"), KEPT)
    memory.keep("denied", Rules(""), DENIED_FOR)
    found: Callable[[], list[str]] = lambda: [name for name in ("kept", "denied") if memory.find(name)]  # noqa: E731  # asked thrice
    seen = [found()]
    for passed in (DENIED_FOR + 1, KEPT + 1):
        monkeypatch.setattr(time, "monotonic", lambda passed=passed: began + passed)
        seen.append(found())
    assert seen == [["kept", "denied"], ["kept"], []]


def test_memory_is_bounded_by_what_is_in_it() -> None:
    memory = Memory(most=10_000)
    long = Rules("User-agent: *\n" + "Disallow: /aaaaaaaaaaaaaaa\n" * 100)
    for n in range(20):
        memory.keep(f"site {n}", long, KEPT)
        memory.keep(f"site {n}", long, KEPT)
    assert [n for n in range(20) if memory.find(f"site {n}")] == [17, 18, 19]


async def test_workers_tell_one_another(site: Origin, settings: Settings) -> None:
    settings.REDIS_URL = settings.REDIS_URL or "redis://that-the-cache-stands-for/"
    site.answer(FILE, NO_GIFS)
    site.fail(FILE, times=TRIES)
    denied, asked = [await Asking()(site.url("/a.png")) for _ in range(3)], site.asked(FILE)
    cache.clear()
    allowed = [await Asking()(site.url("/a.png")) for _ in range(3)]
    assert (denied, asked) == ([[False]] * 3, TRIES)
    assert (allowed, site.asked(FILE)) == ([[True]] * 3, TRIES + 1)


@pytest.mark.parametrize(("most", "pause"), [(10, 3.0), (2, 2.0), (0, 0.0)])
async def test_a_delay_that_is_wished_for_lies_between_two_requests_up_to_a_bound(
    site: Origin, settings: Settings, most: int, pause: float
) -> None:
    settings.HARVEST_CRAWL_DELAY = most
    site.answer(FILE, Answer(body=b"User-agent: *\nCrawl-delay: 3\n"))
    hosts, target = Hosts(), targets.read(site.url("/a.png"))
    async with Pool(connections=5, agent="ImageHub/1", resolve=loopback) as pool:
        assert await Robots(pool, memory=Memory(), hosts=hosts).allows(target)
    hosts.of(target).begin(now=100.0)
    assert hosts.of(target).pause(places=5, now=100.0) == pause
