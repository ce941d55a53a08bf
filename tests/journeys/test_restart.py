"""What a restart finds again, after a clean stop and after none."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import connect

from tests.running import PATIENCE, Up, prepared

pytestmark = pytest.mark.server

ADA = {"username": "ada", "password": "a-Long-phrase-7"}


async def replayed(up: Up, token: str, count: int) -> list[dict[str, Any]]:
    """Return the first so many facts of a replay from the beginning."""
    offers: Any = ["imagehub.v1", f"bearer.{token}"]
    async with connect(f"ws://{up.host}:{up.port}/ws/events/", subprotocols=offers, proxy=None) as wire:
        await wire.send(orjson.dumps({"type": "resume", "after": 0}).decode())
        async with asyncio.timeout(PATIENCE):
            frames = [orjson.loads(await wire.recv()) for _ in range(count + 1)]
    return frames[1:]


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path, photo: Callable[..., bytes]) -> None:
    first = Up(prepared(tmp_path), "--no-demo")
    first.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
    token = first.token(**ADA)
    kept = [first.upload(token, photo(size=(60 + number, 50)))[1]["picture"] for number in range(3)]
    owner = kept[0]["userId"]
    # Nobody listens, so these facts have not even been numbered when the process dies.
    first.end(signal.SIGKILL)
    second = Up(tmp_path, "--no-demo")
    try:
        status, pictures = second.call("GET", f"/pictures/get-user-pictures/{owner}", Authorization=f"Bearer {token}")
        assert status == 200
        assert [picture["id"] for picture in pictures[:3]] == [picture["id"] for picture in reversed(kept)]
        told = asyncio.run(replayed(second, token, len(pictures)))
        assert [fact["id"] for fact in told] == sorted(fact["id"] for fact in told)
        assert [fact["type"] for fact in told] == ["picture.created"] * len(pictures)
    finally:
        assert second.end() == 0
    third = Up(tmp_path, "--no-demo")
    again = asyncio.run(replayed(third, token, len(told)))
    assert third.end() == 0
    assert again == told
