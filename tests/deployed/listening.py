"""A client at the sockets whose connection is cut again and again."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.running import Client

PATIENCE = 60.0  # seconds


class Listener:
    """What one client heard, in order, each number once: it drops what it has seen, as the contract tells it to."""

    def __init__(self, client: Client, token: str, cut_after: float) -> None:
        self._client, self._token, self._cut_after = client, token, cut_after
        self.heard: list[int] = []
        self.cuts = 0
        self.wrong: list[object] = []
        self._begun = threading.Event()
        self._over = threading.Event()

    @contextmanager
    def running(self) -> Iterator["Listener"]:
        """Listen while the block runs."""
        thread = threading.Thread(target=lambda: asyncio.run(self._listen()))
        thread.start()
        assert self._begun.wait(PATIENCE)
        try:
            yield self
        finally:
            self._over.set()
            thread.join(PATIENCE)

    async def _listen(self) -> None:
        while not self._over.is_set():
            try:
                await self._connected()
            except (OSError, WebSocketException):
                await asyncio.sleep(0.1)  # as a client does before it tries again

    async def _connected(self) -> None:
        address = f"ws://127.0.0.1:{self._client.port}/ws/events/"
        protocols = ["imagehub.v1", f"bearer.{self._token}"]
        async with connect(address, subprotocols=protocols, proxy=None) as wire:  # type: ignore[arg-type]  # strings are subprotocols
            hello = orjson.loads(await wire.recv())
            if not self._begun.is_set():
                self.heard.append(hello["last_id"])
                self._begun.set()
            else:
                self.cuts += 1
                await wire.send(orjson.dumps({"type": "resume", "after": self.heard[-1]}).decode())
            try:
                async with asyncio.timeout(self._cut_after):
                    await self._hear(wire)
            except TimeoutError:
                wire.transport.abort()

    async def _hear(self, wire: ClientConnection) -> None:
        async for frame in wire:
            event = orjson.loads(frame)
            if event["type"] == "reset":
                self.wrong.append(event)
            elif event["id"] > self.heard[-1]:
                self.heard.append(event["id"])
