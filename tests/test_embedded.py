"""A connection costs something, so nobody keeps one without asking for anything."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from imagehub import embedded

QUESTION = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\n"


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Answer with the body, once it is there."""
    body = b""
    more = True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def kept_door(app: Any = echo) -> AsyncIterator[int]:
    """Serve on a free port, and return it."""
    config = uvicorn.Config(app, lifespan="off", log_config=None, server_header=False, date_header=False)
    config.timeout_keep_alive = 3600  # not what is judged here
    config.load()

    def keeper() -> embedded.Doorkeeper:
        return embedded.Doorkeeper(config=config, server_state=ServerState(), app_state={})

    server = await asyncio.get_running_loop().create_server(keeper, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "HEAD", 0.2)
    monkeypatch.setattr(embedded, "READ", 0.2)


async def _said_to(port: int, *pieces: bytes) -> bytes:
    """Return what is answered until we are hung up on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("said", [b"", b"G", b"POST / HTTP/1.1\r\nHost: he", QUESTION[:-2]])
def test_who_never_comes_to_the_end_of_a_question_is_hung_up_on(said: bytes) -> None:
    async def conversation() -> bytes:
        async with asyncio.timeout(10), kept_door() as port:
            return await _said_to(port, said)

    assert asyncio.run(conversation()) == b""


def test_a_second_question_must_come_to_its_end_too() -> None:
    async def conversation() -> bytes:
        async with asyncio.timeout(10), kept_door() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(QUESTION + b"body")
            await reader.readuntil(b"body")
            writer.write(QUESTION[:-2])
            rest = await reader.read()
            writer.close()
            return rest

    assert asyncio.run(conversation()) == b""


def test_a_body_may_take_longer_than_a_head() -> None:
    async def conversation() -> bytes:
        async with asyncio.timeout(10), kept_door() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(QUESTION + b"bo")
            await _said_to(port)  # somebody who says nothing, to see the time for heads pass
            writer.write(b"dy")
            answer = await reader.readuntil(b"body")
            writer.close()
            return answer

    assert asyncio.run(conversation()).startswith(b"HTTP/1.1 200 OK\r\n")


def test_who_does_not_take_the_answer_is_hung_up_on() -> None:
    async def conversation() -> None:
        gone = asyncio.Event()

        async def talkative(_scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": bytes(64 * 1024 * 1024), "more_body": True})
            while (await receive())["type"] != "http.disconnect":
                pass
            gone.set()

        async with asyncio.timeout(10), kept_door(talkative) as port:
            with socket.create_connection(("127.0.0.1", port)) as deaf:
                deaf.sendall(QUESTION + b"body")
                await gone.wait()

    asyncio.run(conversation())


def test_who_takes_a_large_answer_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "READ", 5.0)

    async def talkative(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        for left in reversed(range(64)):
            await send({"type": "http.response.body", "body": bytes(256 * 1024), "more_body": left > 0})

    async def conversation() -> int:
        async with asyncio.timeout(10), kept_door(talkative) as port:
            return len(await _said_to(port, QUESTION + b"body"))

    assert asyncio.run(conversation()) > 64 * 256 * 1024
