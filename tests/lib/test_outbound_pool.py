"""A pool of connections: kept, counted, gated, and never to an address that was not checked."""

import asyncio
import base64
import ipaddress
import socket
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from imagehub.lib.outbound import Reason, Refused, Reply, targets, transfers
from imagehub.lib.outbound.addresses import Address, allowance
from imagehub.lib.outbound.gates import Passage
from imagehub.lib.outbound.pool import Pool
from imagehub.lib.outbound.targets import Target
from imagehub.lib.outbound.transfers import Request, Rules, Transfer
from imagehub.lib.outbound.wires import Wires
from tests.loopback import Script, always, answer, serving
from tests.origins import Answer, Origin, origin, picture

LOOPBACK = ipaddress.ip_address("127.0.0.1")
# A hundred bytes, as brotli packed them elsewhere.
BROTLI = base64.b64decode("G2MA+CXCqhHASoF+JEgB")


@pytest.fixture
def site(settings: Settings) -> Iterator[Origin]:
    with origin() as running:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{running.port}"]
        yield running


class Watchman:
    """A gate that writes down what it sees."""

    def __init__(self, wait: float = 0.0, refusal: Exception | None = None) -> None:
        self.wait, self.refusal = wait, refusal
        self.entered: list[tuple[str, list[str]]] = []
        self.answers: list[tuple[int, float, Mapping[str, str]]] = []
        self.failures: list[Reason] = []

    @asynccontextmanager
    async def __call__(self, target: Target, addresses: Sequence[Address]) -> AsyncIterator[Passage]:
        self.entered.append((target.path, list(map(str, addresses))))
        await asyncio.sleep(self.wait)
        if self.refusal:
            raise self.refusal
        try:
            yield self
        except Refused as refused:
            self.failures.append(refused.reason)
            raise

    def seen(self, status: int, seconds: float, headers: Mapping[str, str]) -> None:
        self.answers.append((status, seconds, headers))


def run(work: Coroutine[Any, Any, object]) -> None:
    asyncio.run(work)


def pool(connections: int = 4) -> Pool:
    return Pool(connections=connections, agent="ImageHub/1 (+https://example.org)", resolve=only_loopback)


def only_loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def get(pool: Pool, url: str, **options: Any) -> Reply:
    return await pool.fetch(url, **{"cap": 100_000, "deadline": 5.0, **options})


async def reason(work: Coroutine[Any, Any, Reply]) -> Reason:
    with pytest.raises(Refused) as caught:
        await work
    return caught.value.reason


def test_a_connection_is_kept_for_what_comes_next(site: Origin) -> None:
    async def story() -> None:
        async with pool() as ours:
            for number in range(10):
                assert (await get(ours, site.url(f"/{number}.png"))).body == picture(f"/{number}.png")

    run(story())
    assert (site.connections, len(site.heads)) == (1, 10)
    assert site.heads[0][1]["user-agent"] == "ImageHub/1 (+https://example.org)"


def test_a_kept_connection_that_was_closed_meanwhile_is_no_failure(settings: Settings) -> None:
    with serving(always(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]

        async def story() -> None:
            async with pool() as ours:
                assert [(await get(ours, server.url)).body for _ in range(5)] == [b"ok"] * 5

        run(story())
    assert server.connections == 5


def test_no_more_connections_than_agreed_are_busy(site: Origin) -> None:
    site.delay = 0.02

    async def story() -> None:
        async with pool(connections=3) as ours:
            await asyncio.gather(*(get(ours, site.url(f"/{number}.png")) for number in range(12)))

    run(story())
    assert (site.most_connections, len(site.heads)) == (3, 12)


def test_waiting_for_a_connection_or_at_the_gate_costs_no_time(site: Origin) -> None:
    site.delay = 0.25

    async def story() -> None:
        async with pool(connections=1) as ours:
            gate = Watchman(wait=0.65)
            waiting = (get(ours, site.url(f"/{number}.png"), deadline=0.6, gate=gate) for number in range(3))
            assert [reply.status for reply in await asyncio.gather(*waiting)] == [200] * 3

    run(story())


def in_pieces(size: int, count: int, pause: float, start: float = 0.0) -> Script:
    """Announce so many pieces of a body, and send one after the other."""

    def script(_head: bytes, connection: socket.socket) -> None:
        time.sleep(start)  # the slowness of the server is what is under test, here and below
        connection.sendall(answer(content_length=str(size * count)))
        for _ in range(count):
            connection.sendall(bytes(size))
            time.sleep(pause)

    return script


def test_a_body_that_drips_is_given_up_long_before_its_time_is_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "JUDGED_AFTER", 0.01)

    async def story() -> None:
        async with pool() as ours:
            began = time.monotonic()
            assert await reason(get(ours, server.url, cap=10_000, deadline=20)) is Reason.TOO_SLOW
            assert 0.2 < time.monotonic() - began < 15

    with serving(in_pieces(1, 10_000, 0.05)) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        run(story())


@pytest.mark.parametrize("start", [0.0, 0.5])
def test_a_body_that_comes_slowly_yet_in_time_is_taken_whenever_it_begins(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, start: float
) -> None:
    monkeypatch.setattr(transfers, "JUDGED_AFTER", 0.0)

    async def story() -> None:
        async with pool() as ours:
            assert len((await get(ours, server.url, cap=10_000, deadline=20)).body) == 2000

    with serving(in_pieces(100, 20, 0.02, start)) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        run(story())


def test_the_gate_sees_every_hop(site: Origin) -> None:
    site.answer("/old", Answer(302, headers={"Location": site.url("/new.png", "pictures.example")}))
    site.slow("/new.png", 0.1)
    gate = Watchman()

    async def story() -> None:
        async with pool() as ours:
            reply = await get(ours, site.url("/old"), gate=gate)
            assert reply.url == site.url("/new.png", "pictures.example")

    run(story())
    assert gate.entered == [("/old", ["127.0.0.1"]), ("/new.png", ["127.0.0.1"])]
    (first, _, _), (second, seconds, headers) = gate.answers
    assert (first, second, headers["content-type"], gate.failures) == (302, 200, "image/png", [])
    assert 0.1 <= seconds < 5


def test_the_gate_learns_what_went_wrong(site: Origin) -> None:
    site.hold("/held.png")
    gate = Watchman()

    async def story() -> None:
        async with pool() as ours:
            assert await reason(get(ours, site.url("/large.png"), cap=10, gate=gate)) is Reason.TOO_LARGE
            assert await reason(get(ours, site.url("/held.png"), deadline=0.2, gate=gate)) is Reason.TOO_SLOW

    run(story())
    assert gate.failures == [Reason.TOO_LARGE, Reason.TOO_SLOW]
    assert [status for status, _, _ in gate.answers] == [200]


def test_what_the_gate_raises_ends_the_fetch_before_anything_is_asked(site: Origin) -> None:
    async def story() -> None:
        async with pool() as ours:
            with pytest.raises(LookupError, match="closed today"):
                await get(ours, site.url("/a.png"), gate=Watchman(refusal=LookupError("closed today")))

    run(story())
    assert (site.connections, site.heads) == (0, [])


def test_an_address_that_may_not_be_reached_never_comes_to_the_gate(settings: Settings) -> None:
    gate = Watchman()

    async def story() -> None:
        async with pool() as ours:
            assert await reason(get(ours, "http://host.example/", gate=gate)) is Reason.ADDRESS

    run(story())
    assert gate.entered == []


def test_the_connected_address_is_checked_even_if_nobody_checked_it_before() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        careless = Request(targets.read(url), [LOOPBACK], {}, Rules((), None), 1000)

        async def story() -> None:
            async with Wires(connections=1) as wires:
                with pytest.raises(Refused) as caught:
                    await Transfer(careless).run(wires, 3.0)
                assert caught.value.reason is Reason.ADDRESS

        run(story())
        # Whoever connected, however shortly, would still stand in the listener's queue.
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_kept_connection_is_checked_again(site: Origin) -> None:
    target = targets.read(site.url("/a.png"))
    allowed = Rules((allowance(f"127.0.0.1:{site.port}"),), None)

    async def story() -> None:
        async with Wires(connections=1) as wires:
            await Transfer(Request(target, [LOOPBACK], {}, allowed, 1000)).run(wires, 3.0)
            with pytest.raises(Refused) as caught:
                await Transfer(Request(target, [LOOPBACK], {}, Rules((), None), 1000)).run(wires, 3.0)
            assert caught.value.reason is Reason.ADDRESS

    run(story())
    assert site.asked("/a.png") == 1


def test_the_system_is_not_asked_for_a_name_behind_our_back(site: Origin, settings: Settings) -> None:
    # `localhost` leads to the site, and our resolver says that it leads to where nobody listens.
    settings.OUTBOUND_ALLOW = [f"127.0.0.0/8:{site.port}"]

    async def story() -> None:
        async with Pool(connections=1, agent="", resolve=lambda _host, _port: ["127.0.0.9"]) as ours:
            assert await reason(get(ours, site.url("/a.png", "localhost"))) is Reason.UNREACHABLE

    run(story())
    assert site.connections == 0


def test_the_next_address_is_tried_where_the_first_does_not_answer(site: Origin, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = [f"127.0.0.0/8:{site.port}"]

    async def story() -> None:
        both = ["127.0.0.9", "127.0.0.1"]
        async with Pool(connections=1, agent="", resolve=lambda _host, _port: both) as ours:
            assert (await get(ours, site.url("/a.png", "host.example"))).status == 200

    run(story())


def test_a_host_that_takes_up_no_connection_holds_a_place_for_seconds_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "LONGEST_CONNECT", 0.2)

    async def work() -> None:
        async with pool() as own:
            began = time.monotonic()
            assert await reason(get(own, f"http://127.0.0.1:{port}/", deadline=30)) is Reason.TOO_SLOW
            assert 0.1 < time.monotonic() - began < 15

    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        port = deaf.getsockname()[1]
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{port}"]
        # Whoever fills its queue keeps everybody else from an answer.
        with socket.create_connection(deaf.getsockname()):
            run(work())


def test_a_password_file_has_no_say(site: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login canary password canary\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))

    async def story() -> None:
        async with pool() as ours:
            await get(ours, site.url("/a.png"))

    run(story())
    assert "authorization" not in site.heads[0][1]


def test_cookies_are_not_kept(site: Origin) -> None:
    site.answer("/a", Answer(body=b"a", headers={"Set-Cookie": "canary=1; Path=/"}))

    async def story() -> None:
        async with pool() as ours:
            await get(ours, site.url("/a"))
            await get(ours, site.url("/a"))

    run(story())
    assert ["cookie" in headers for _, headers in site.heads] == [False, False]


def test_a_conditional_request_comes_back_empty(site: Origin) -> None:
    async def story() -> None:
        async with pool() as ours:
            first = await get(ours, site.url("/a.png"))
            again = await get(ours, site.url("/a.png"), headers={"If-None-Match": first.headers["etag"]})
            assert (first.status, again.status, again.body) == (200, 304, b"")

    run(story())
    assert (site.complete("/a.png"), site.unchanged("/a.png")) == (1, 1)


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\x00b", "☃"])
def test_a_header_that_would_be_two_is_not_sent(site: Origin, value: str) -> None:
    async def story() -> None:
        async with pool() as ours:
            with pytest.raises(ValueError, match=r"control characters|codec"):
                await get(ours, site.url("/a.png"), headers={"If-None-Match": value})

    run(story())
    assert site.heads == []


def test_brotli_is_understood(settings: Settings) -> None:
    with serving(always(answer(BROTLI, content_encoding="br"))) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]

        async def story() -> None:
            async with pool() as ours:
                assert (await get(ours, server.url)).body == b"a picture " * 10
                assert await reason(get(ours, server.url, cap=99)) is Reason.TOO_LARGE

        run(story())


def test_who_breaks_off_leaves_the_pool_in_order(site: Origin) -> None:
    site.hold("/held.png")

    async def story() -> None:
        async with pool(connections=1) as ours:
            task = asyncio.create_task(get(ours, site.url("/held.png")))
            await asyncio.to_thread(site.await_asked, "/held.png")
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await get(ours, site.url("/a.png"))).status == 200

    run(story())


def test_closing_the_pool_breaks_off_what_is_under_way(site: Origin) -> None:
    site.hold("/held.png")

    async def story() -> None:
        began = time.monotonic()
        async with pool() as ours:
            task = asyncio.create_task(get(ours, site.url("/held.png")))
            await asyncio.to_thread(site.await_asked, "/held.png")
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 4

    run(story())
