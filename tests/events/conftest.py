"""A real server on a free port, in the test's own process, and clients of it."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from imagehub.asgi import application
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.events.models import Event


@dataclass
class Served:
    """A server that runs."""

    host: str

    def address(self, path: str = "/ws/events/") -> str:
        return f"ws://{self.host}{path}"


@pytest.fixture
def served(transactional_db: None) -> Iterator[Served]:
    """Serve `imagehub.asgi` as `manage.py up` does."""
    del transactional_db
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield Served(f"127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    thread.join()


class Client:
    """One end of a socket, in the words of the contract."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire

    async def frame(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            return dict(orjson.loads(await self.wire.recv()))

    async def frames(self, count: int) -> list[dict[str, Any]]:
        return [await self.frame() for _ in range(count)]

    async def say(self, message: object) -> None:
        await self.wire.send(orjson.dumps(message).decode())

    async def closed(self, within: float = 10) -> int | None:
        async with asyncio.timeout(within):
            await self.wire.wait_closed()
        return self.wire.close_code

    async def drained(self) -> int | None:
        """Read whatever comes until the other side ends it, and return its code."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.frame()
        return self.wire.close_code


Dial = Callable[..., "contextlib.AbstractAsyncContextManager[Client]"]


@pytest.fixture
def dial(served: Served) -> Dial:
    """Open a socket: `async with dial(token=…)` or with any option of `websockets`."""

    @contextlib.asynccontextmanager
    async def open_one(token: str = "", path: str = "/ws/events/", **options: Any) -> AsyncIterator[Client]:
        if token:
            options["subprotocols"] = ["imagehub.v1", f"bearer.{token}"]
        async with connect(served.address(path), proxy=None, compression=None, **options) as wire:
            yield Client(wire)

    return open_one


def happen(person: Any, number: int = 0, ballast: str = "") -> Event:
    """Record one fact of this person."""
    return outbox.record(
        Kind.LIBRARY_ADDED,
        audience=audience.user(person),
        data={"number": number, **({"ballast": ballast} if ballast else {})},
    )
