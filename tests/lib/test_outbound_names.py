"""Names beside the event loop: asked once for all, remembered, and never waited for by others."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from imagehub.lib.outbound import Reason, Refused, names
from imagehub.lib.outbound.names import Names


class Directory:
    """A resolver that counts, and that can be held up."""

    def __init__(self, found: Sequence[str] = ("192.0.2.1",)) -> None:
        self.found = found
        self.asked: list[str] = []
        self.held = threading.Event()
        self.held.set()

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host.startswith("slow"):
            self.held.wait(10)
        if not self.found:
            raise OSError("no such name")
        return self.found


def test_a_name_is_asked_for_once_for_everybody() -> None:
    directory = Directory()

    async def story() -> None:
        known = Names(directory)
        first = await asyncio.gather(*(known.of("a.example", 80, 9.0) for _ in range(50)))
        assert first == [("192.0.2.1",)] * 50
        assert await known.of("a.example", 443, 9.0) == ("192.0.2.1",)

    asyncio.run(story())
    assert directory.asked == ["a.example"]


def test_what_was_told_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "REMEMBERED", 0.0)
    directory = Directory()

    async def story() -> None:
        known = Names(directory)
        await known.of("a.example", 80, 9.0)
        await known.of("a.example", 80, 9.0)

    asyncio.run(story())
    assert directory.asked == ["a.example"] * 2


def test_a_name_that_nobody_knows_is_doubted_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = Directory(found=())

    async def story() -> None:
        known = Names(directory)
        assert (await known.of("a.example", 80, 9.0), await known.of("a.example", 80, 9.0)) == ((), ())
        monkeypatch.setattr(names, "DOUBTED", 0.0)
        assert (await known.of("b.example", 80, 9.0), await known.of("b.example", 80, 9.0)) == ((), ())

    asyncio.run(story())
    assert directory.asked == ["a.example", "b.example", "b.example"]


def test_who_loses_patience_takes_nothing_from_the_others() -> None:
    directory = Directory()
    directory.held.clear()

    async def story() -> None:
        known = Names(directory)
        patient = asyncio.create_task(known.of("slow.example", 80, 9.0))
        with pytest.raises(Refused) as caught:
            await known.of("slow.example", 80, 0.05)
        assert caught.value.reason is Reason.TOO_SLOW
        assert await known.of("quick.example", 80, 9.0) == ("192.0.2.1",)
        directory.held.set()
        assert await patient == ("192.0.2.1",)

    asyncio.run(story())
    assert directory.asked == ["slow.example", "quick.example"]


def test_only_so_many_names_are_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MOST_LOOKUPS", 1)
    directory = Directory()
    directory.held.clear()

    async def story() -> None:
        known = Names(directory)
        first = asyncio.create_task(known.of("slow.example", 80, 9.0))
        await asyncio.sleep(0)
        with pytest.raises(Refused):
            await known.of("quick.example", 80, 0.05)
        assert directory.asked == ["slow.example"]
        directory.held.set()
        assert (await first, await known.of("quick.example", 80, 9.0)) == (("192.0.2.1",), ("192.0.2.1",))

    asyncio.run(story())
    assert directory.asked == ["slow.example", "quick.example"]


def test_only_so_many_names_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MOST_NAMES", 2)
    directory = Directory()

    async def story() -> None:
        known = Names(directory)
        for host in ("a", "b", "c", "c", "b", "a"):
            await known.of(host, 80, 9.0)

    asyncio.run(story())
    assert directory.asked == ["a", "b", "c", "a"]


def test_a_resolver_that_hangs_keeps_no_loop_from_ending() -> None:
    directory = Directory()
    directory.held.clear()

    async def story() -> None:
        known = Names(directory)
        waiting = asyncio.create_task(known.of("slow.example", 80, 9.0))
        await asyncio.sleep(0)
        known.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(story())
    directory.held.set()
