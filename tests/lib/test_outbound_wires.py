"""Handles of libcurl that are used again."""

import asyncio
import gc
import weakref

import pycurl
import pytest

from imagehub.lib.outbound.wires import Wires


class Taker:
    """Takes what a handle gives."""

    def take(self, piece: bytes) -> int:
        return len(piece)


def test_a_handle_is_used_again_and_knows_nothing_of_its_last_request() -> None:
    async def story() -> None:
        async with Wires(connections=1) as wires:
            taker = Taker()
            forgotten = weakref.ref(taker)
            with wires.handle() as first:
                first.setopt(pycurl.URL, "file:///etc/hostname")
                first.setopt(pycurl.WRITEFUNCTION, taker.take)
            del taker
            gc.collect()
            with wires.handle() as second:
                assert second is first
                with pytest.raises(pycurl.error) as caught:
                    await wires.perform(second)
            assert caught.value.args[0] == pycurl.E_URL_MALFORMAT
            assert forgotten() is None

    asyncio.run(story())


def test_a_handle_that_had_an_error_is_given_to_nobody_else() -> None:
    async def story() -> None:
        async with Wires(connections=1) as wires:
            with pytest.raises(ZeroDivisionError), wires.handle() as broken:
                raise ZeroDivisionError
            with wires.handle() as fresh:
                assert fresh is not broken

    asyncio.run(story())
