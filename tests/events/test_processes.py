"""Two processes that share a broker, and what happens when it dies."""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.programs import required
from tests.running import Up, plain_environment, prepared
from tests.servers import Redis

pytestmark = pytest.mark.server


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Redis]:
    required("redis-server")
    running = Redis(tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def sockets(broker: Redis, tmp_path: Path, up: Up) -> Iterator[str]:
    """A process that serves nothing but `imagehub.asgi`, on the data of the other."""
    environment = plain_environment() | {
        "DATA_DIR": str(tmp_path / "data"),
        "REDIS_URL": broker.url,
        "THROTTLING": "off",
    }
    command = [sys.executable, "-m", "uvicorn", "imagehub.asgi:application", "--port", "0", "--lifespan", "off"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    found = next(match for line in process.stderr if (match := re.search(r"http://(127\.0\.0\.1:\d+)", line)))
    yield f"ws://{found[1]}/ws/events/"
    process.terminate()
    process.stderr.read()
    process.wait(20)
    process.stderr.close()


@pytest.fixture
def up(broker: Redis, tmp_path: Path) -> Iterator[Up]:
    running = Up(prepared(tmp_path / "data"), REDIS_URL=broker.url)
    yield running
    assert running.end() == 0


@asynccontextmanager
async def listening(address: str, token: str) -> AsyncIterator[ClientConnection]:
    async with connect(address, subprotocols=["imagehub.v1", f"bearer.{token}"], proxy=None) as wire:  # type: ignore[list-item]  # strings are subprotocols
        assert (await frame(wire))["type"] == "hello"
        yield wire


async def frame(wire: ClientConnection) -> dict[str, object]:
    async with asyncio.timeout(20):
        return dict(orjson.loads(await wire.recv()))


async def test_news_cross_processes_and_survive_their_broker(
    up: Up, sockets: str, broker: Redis, photo: Callable[..., bytes]
) -> None:
    token = up.token()
    seen: list[object] = []

    async def upload(wire: ClientConnection, width: int) -> float:
        status, answer = await asyncio.to_thread(up.upload, token, photo(size=(width, 40)))
        answered = time.monotonic()
        assert status == 201, answer
        told = await frame(wire)
        assert answer["picture"]["id"] in str(told["data"])
        seen.append(told["id"])
        return time.monotonic() - answered

    async with listening(sockets, token) as wire:
        delays = [await upload(wire, 100 + number) for number in range(6)]
        # Without a ring it would be half a second on average until the next poll.
        assert sorted(delays)[2] < 0.4, delays
        broker.kill()
        for number in range(3):
            assert await upload(wire, 200 + number) < 10
        broker.start()
        for number in range(3):
            assert await upload(wire, 300 + number) < 10
    assert seen == list(range(int(str(seen[0])), int(str(seen[0])) + 12))
    async with listening(f"ws://127.0.0.1:{up.port}/ws/events/", token) as wire:
        await wire.send(orjson.dumps({"type": "resume", "after": seen[0]}).decode())
        assert [(await frame(wire))["id"] for _ in range(11)] == seen[1:]
