"""How many requests go out at once, when they go, and when they don't."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from ipaddress import ip_address
from random import Random

import pytest

from harvester.politeness.breaker import FAILURES
from harvester.politeness.gates import Gates, Limits, Passing
from harvester.politeness.hosts import LONGEST_ASKED_REST, Hosts
from harvester.politeness.resting import HostResting
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.targets import read
from tests.harvester.politeness.visiting import Crowd, Time, passing, settled


def gates(altogether: int = 20, per_host: int = 2, clock: Time | None = None) -> Gates:
    return Gates(Limits(altogether, per_host), hosts=Hosts(), clock=clock or Time())


SPELLINGS = ["http://example.com/a", "http://EXAMPLE.com./b", "https://example.com/c", "http://img9.example.com:80/d"]


@pytest.mark.parametrize(
    ("arrivals", "inside"),
    [
        ([(url, "192.0.2.1") for url in SPELLINGS], 2),  # one site
        ([(f"http://img{n}.example.com/", f"192.0.2.{n}") for n in range(1, 9)], 2),  # one site, many addresses
        ([(f"http://example{n}.com/", "192.0.2.1") for n in range(9)], 2),  # many sites, one address
        ([(f"http://example{n}.com/", f"192.0.2.{n}", "2001:db8::1") for n in range(9)], 2),  # one address in common
        ([(f"http://example{n}.com/", f"192.0.2.{n}") for n in range(9)], 9),  # nothing in common
        ([("http://192.0.2.1/", "192.0.2.1"), ("http://example.com/", "192.0.2.1")] * 2, 2),  # an address as a host
    ],
)
async def test_a_limit_holds_for_each_site_and_each_address(arrivals: list[tuple[str, ...]], inside: int) -> None:
    crowd = Crowd(gates())
    for arrival in arrivals:
        await crowd.arrive(*arrival)
    assert crowd.inside["all"] == inside
    await crowd.leave()
    assert len(crowd.order) == len(arrivals)
    assert crowd.most["all"] == inside


async def test_a_worker_opens_no_more_than_it_may_altogether() -> None:
    crowd = Crowd(gates(altogether=3))
    for n in range(9):
        await crowd.arrive(f"http://example{n}.com/", f"192.0.2.{n}")
    assert crowd.inside["all"] == 3
    await crowd.leave()
    assert (len(crowd.order), crowd.most["all"]) == (9, 3)


async def test_one_slow_host_keeps_nobody_else_waiting() -> None:
    crowd = Crowd(gates(altogether=3))
    for _ in range(5):
        await crowd.arrive("http://slow.example.com/", "192.0.2.1")
    await crowd.arrive("http://quick.example.org/", "192.0.2.2")
    assert crowd.inside == {"all": 3, "http://slow.example.com/": 2, "192.0.2.1": 2} | dict.fromkeys(
        ["http://quick.example.org/", "192.0.2.2"], 1
    )
    await crowd.leave()


async def test_hosts_take_turns_for_the_last_places() -> None:
    through = gates(altogether=1)
    crowd = Crowd(through)
    for _ in range(3):
        await crowd.arrive("http://many.example.com/", "192.0.2.1")
    await crowd.arrive("http://few.example.org/", "192.0.2.2")
    await crowd.leave()
    assert crowd.order.index("http://few.example.org/") <= 2


async def test_who_gives_up_waiting_takes_no_place() -> None:
    crowd = Crowd(gates(per_host=1))
    for _ in range(4):
        await crowd.arrive("http://example.com/")
    for visit in crowd.visits[1:3]:
        visit.cancel()
    await settled()
    crowd.go.set()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*crowd.visits)
    await asyncio.wait(crowd.visits)
    assert len(crowd.order) == 2
    again = Crowd(crowd.through)
    await again.arrive("http://example.com/")
    assert again.inside["all"] == 1
    await again.leave()


async def test_who_gives_up_when_let_in_gives_the_place_back() -> None:
    crowd = Crowd(gates(per_host=1))
    first = passing(crowd.through, "http://example.com/")
    await first.__aenter__()
    await crowd.arrive("http://example.com/")
    await crowd.arrive("http://example.com/")
    await first.__aexit__(None, None, None)  # lets the second in, which does not know it yet
    crowd.visits[0].cancel()
    await settled()
    assert crowd.inside["all"] == 1
    assert crowd.visits[0].cancelled()
    crowd.go.set()
    await crowd.visits[1]


async def test_an_empty_house_remembers_nobody() -> None:
    through = gates()
    crowd = Crowd(through)
    for n in range(50):
        await crowd.arrive(f"http://example{n}.com/", "192.0.2.1")
    await crowd.leave()
    await settled()
    assert through.lines.is_empty
    assert through.rooms.is_empty


async def test_a_strained_host_is_asked_with_gaps_and_nobody_else() -> None:
    through = Gates(Limits(1, 1), hosts=Hosts())
    async with passing(through, "http://example.com/") as passage:
        for _ in range(4):
            passage.seen(503, 0.01, {})
        began = time.monotonic()
    crowd = Crowd(through)
    crowd.go.set()
    await crowd.arrive("http://example.com/")
    await crowd.arrive("http://example.org/", "192.0.2.2")
    await crowd.leave()
    assert crowd.order == ["http://example.org/", "http://example.com/"]
    assert time.monotonic() - began > 0.3


@pytest.mark.parametrize(
    ("status", "wish", "rest"),
    [
        (429, "30", 30.0),
        (503, "30", 30.0),
        (503, "999999", LONGEST_ASKED_REST),
        (503, "soon", None),
        (404, "30", None),
        (200, "30", None),
    ],
)
async def test_a_wish_to_be_left_alone_is_obeyed(status: int, wish: str, rest: float | None) -> None:
    through = gates(clock=(clock := Time()))
    async with passing(through, "http://example.com/") as passage:
        passage.seen(status, 0.01, {"retry-after": wish})
    clock.now += 0.5
    outcome = await outcome_of(passing(through, "http://example.com/"))
    assert outcome == (None if rest is None else rest - 0.5)
    assert await outcome_of(passing(through, "http://other.example.com/")) is None
    clock.now += rest or 5.0  # by then its pace allows the next one, too
    assert await outcome_of(passing(through, "http://example.com/")) is None


async def outcome_of(entering: Passing, error: Exception | None = None) -> float | None:
    """Enter, end with an error or well, and return for how long the host rests, if it let nobody in."""
    with suppress(Refused):
        try:
            async with asyncio.timeout(5), entering as passage:
                if error:
                    raise error
                passage.seen(200, 0.01, {})
        except HostResting as resting:
            return resting.seconds
    return None


@pytest.mark.parametrize("reason", [Reason.UNREACHABLE, Reason.TOO_SLOW, Reason.INSECURE, Reason.BROKEN])
async def test_a_dead_host_is_left_alone(reason: Reason) -> None:
    clock = Time()
    through = gates(clock=clock)
    for _ in range(FAILURES):
        assert await outcome_of(passing(through, "http://example.com/"), Refused(reason)) is None
        clock.now += 10
    clock.now -= 10
    assert await outcome_of(passing(through, "http://example.com/")) == 5.0
    assert await outcome_of(passing(through, "https://example.com/")) is None  # another port is another server
    clock.now += 5
    assert await outcome_of(passing(through, "http://example.com/"), Refused(reason)) is None
    assert await outcome_of(passing(through, "http://example.com/")) == 10.0
    clock.now += 10
    assert await outcome_of(passing(through, "http://example.com/")) is None
    clock.now += 5  # by then its pace allows the next one
    assert await outcome_of(passing(through, "http://example.com/")) is None


async def test_a_try_that_was_given_up_lets_another_one_go() -> None:
    clock = Time()
    through = gates(per_host=1, clock=clock)
    first = passing(through, "http://example.com/")
    await first.__aenter__()
    crowd = Crowd(through)
    await crowd.arrive("http://example.com/")
    for _ in range(FAILURES):
        through.hosts.named("example.com:80").breaker.failed(clock.now)
    clock.now += 10
    await first.__aexit__(None, None, None)  # lets the second in to try, which does not know it yet
    crowd.visits[0].cancel()
    await settled()
    assert await outcome_of(passing(through, "http://example.com/")) is None


@pytest.mark.parametrize("reason", [Reason.TOO_LARGE, Reason.REDIRECTS, Reason.URL])
async def test_what_is_not_the_hosts_fault_leaves_it_open(reason: Reason) -> None:
    through = gates()
    for _ in range(FAILURES * 2):
        assert await outcome_of(passing(through, "http://example.com/"), Refused(reason)) is None


async def test_a_body_that_breaks_off_is_no_dead_host() -> None:
    clock = Time()
    through = gates(clock=clock)
    for _ in range(FAILURES * 2):
        with suppress(Refused):
            async with passing(through, "http://example.com/") as passage:
                passage.seen(200, 0.01, {})
                raise Refused(Reason.BROKEN)
        clock.now += 10
    assert await outcome_of(passing(through, "http://example.com/")) is None


async def test_those_in_line_are_told_when_the_host_wants_rest() -> None:
    through = gates(per_host=1)
    crowd = Crowd(through)
    async with passing(through, "http://example.com/") as passage:
        for _ in range(3):
            await crowd.arrive("http://example.com/")
        passage.seen(429, 0.01, {"retry-after": "60"})
    outcomes = await asyncio.gather(*crowd.visits, return_exceptions=True)
    assert [round(error.seconds) for error in outcomes if isinstance(error, HostResting)] == [60, 60, 60]


async def test_what_was_learnt_outlives_a_session() -> None:
    known, clock = Hosts(), Time()
    async with passing(Gates(Limits(1, 1), hosts=known, clock=clock), "http://example.com/") as passage:
        passage.seen(429, 0.01, {"retry-after": "60"})
    later = Gates(Limits(1, 1), hosts=known, clock=clock)
    assert await outcome_of(passing(later, "http://example.com/")) == 60.0


@pytest.mark.parametrize("seed", range(3))
async def test_a_long_mixed_run_loses_nobody(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # a run that can be repeated
    through = gates(altogether=7, per_host=3)
    inside: Counter[str] = Counter()
    over: list[str] = []

    async def visit(n: int) -> None:
        host, address = f"site{n % 13}.com", f"192.0.2.{n % 5}"
        async with passing(through, f"http://h{n}.{host}/", address) as passage:
            inside.update(names := ("all", host, address))
            over.extend(name for name in names if inside[name] > (7 if name == "all" else 3))
            try:
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
            finally:
                inside.subtract(names)
            passage.seen(200, 0.01, {})

    visits = [asyncio.create_task(visit(n)) for n in range(300)]
    for given_up in chance.sample(visits, 75):
        await asyncio.sleep(0)
        given_up.cancel()
    async with asyncio.timeout(10):
        await asyncio.wait(visits)
    assert over == []
    assert through.lines.is_empty


async def test_parties_take_turns_at_a_host() -> None:
    through, order = gates(altogether=1), list[int]()

    async def visit(party: int) -> None:
        async with through(read("http://example.com/"), [ip_address("192.0.2.1")], party):
            order.append(party)

    async with asyncio.TaskGroup() as group, passing(through, "http://example.org/"):
        for party in [1] * 6 + [2] * 2 + [3]:
            group.create_task(visit(party))
        await settled()
    assert order == [1, 2, 3, 1, 2, 1, 1, 1, 1]
    assert through.lines.is_empty
