"""Takes in whole requests before a thread is spent on them, so that slow clients cost memory only."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from typing import IO

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from imagehub.api import answers
from imagehub.api.refusals import Refusal
from imagehub.lib.asgi import App, Message, Receive, Send

PATIENCE = 30.0  # seconds in which a body must have arrived
IN_MEMORY = 256 * 1024  # bytes of a body kept in memory; the rest waits in a file
PIECE = 1024 * 1024  # bytes handed on at once
LINGER = 3.0  # seconds in which a refused sender may finish, so that it reads the refusal
_LENGTHS = {b"content-length", b"transfer-encoding"}


class Gone(Exception):  # it is no error
    """The client left before its request was complete."""


class TooLong(Exception):  # the application words the refusal
    """The body is longer than anything we take."""


class Intake:
    """Hands a request on once its body is complete, with its true length; refuses long and slow ones.

    A body that is too long is handed on without content: the application knows from its length alone
    how to refuse it, in the caller's language and shape.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body, contextlib.suppress(Gone):
            try:
                length = await self._take(scope, receive, body)
            except TooLong:
                await self.app(_measured(scope, settings.LARGEST_BODY + 1), _nothing, _Lingering(receive, send))
            except TimeoutError:
                await _refuse_slow(scope, _Lingering(receive, send))
            else:
                await self.app(_measured(scope, length), _pieces(body, receive), send)

    async def _take(self, scope: Message, receive: Receive, body: IO[bytes]) -> int:
        """Read the whole body into a file and return its length."""
        if _announced(scope) > settings.LARGEST_BODY:
            raise TooLong
        length = 0
        async with asyncio.timeout(PATIENCE):
            async for piece in _arriving(receive):
                length += len(piece)
                if length > settings.LARGEST_BODY:
                    raise TooLong
                body.write(piece)
        body.seek(0)
        return length


async def _arriving(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _announced(scope: Message) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


def _measured(scope: Message, length: int) -> Message:
    """Return the request with its true length, and without names that WSGI would take for other headers."""
    headers = [(name, value) for name, value in scope["headers"] if name not in _LENGTHS and b"_" not in name]
    if length or dict(scope["headers"]).keys() & _LENGTHS:
        headers.append((b"content-length", str(length).encode()))
    return {**scope, "headers": headers}


def _pieces(body: IO[bytes], receive: Receive) -> Receive:
    """Return what the application reads the body from; afterwards it hears when the client leaves."""
    is_read = False

    async def next_piece() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        piece = body.read(PIECE)
        is_read = len(piece) < PIECE
        return {"type": "http.request", "body": piece, "more_body": not is_read}

    return next_piece


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


class _Lingering:
    """Sends an answer to somebody who is still sending, and reads on for a moment before the end.

    A connection closed on unread bytes is reset, and the reset may overtake the answer.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send

    async def __call__(self, message: Message) -> None:
        is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if is_last:
            await self._send({**message, "more_body": True})
            await self._drain()
            message = {"type": "http.response.body", "body": b""}
        elif message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await self._send(message)

    async def _drain(self) -> None:
        with contextlib.suppress(TimeoutError, Gone):
            async with asyncio.timeout(LINGER):
                async for _piece in _arriving(self._receive):
                    pass


async def _refuse_slow(scope: Message, send: Send) -> None:
    sentence = _("The request took too long to arrive. Nothing was changed; try again.")
    response = answers.as_json(Refusal(408, "REQUEST_TIMEOUT", sentence), scope["path"])
    structlog.get_logger("imagehub.access").info("request", status=response.status_code)
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers.append((b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
