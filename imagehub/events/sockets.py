"""The door for sockets (contract, section 8): lets in, reads what clients say, closes with a reason."""

import asyncio
import time
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import parse_cookie
from django.utils.translation import gettext_lazy as _

from imagehub.events import credentials, frames, hub, origins
from imagehub.events.connection import Connection
from imagehub.events.credentials import Credential, Offer
from imagehub.events.threads import in_thread
from imagehub.lib import ids
from imagehub.lib.asgi import Message, Receive, Send

PROTOCOL = "imagehub.v1"
BEARER = "bearer."
PATIENCE = 5.0  # seconds a client may take to say who it is
LONGEST = 64 * 1024  # bytes of a message
PER_SECOND = 50  # messages
LARGEST_ID = 2**63 - 1
REFUSED, TOO_BIG, TOO_FAST = 4401, 1009, 1008

_SENTENCES = {
    "NOT_JSON": _("Send JSON objects as text."),
    "UNKNOWN_TYPE": _("This type of message is not known."),
    "INVALID_ID": _("`after` must be an id."),
}


class Gone(Exception):  # it is no error
    """The client has left."""


class Closed(Exception):  # likewise
    """We end the connection with this code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class Socket:
    """One conversation, from the handshake to its end."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self._offered: list[str] = scope["subprotocols"]
        self._receive = receive
        self._send = send
        self._second = 0
        self._messages = 0

    async def run(self) -> None:
        """Let the client in or not, and talk until either side ends it."""
        try:
            await self._receive()
            if not self._is_of_own_page():
                return await self._send({"type": "websocket.close", "code": 1008})
            subprotocol = PROTOCOL if PROTOCOL in self._offered else None
            await self._send({"type": "websocket.accept", "subprotocol": subprotocol})
            await self._converse(await self._let_in())
        except Closed as end:
            await self._close(end.code)
        except (Gone, OSError):
            return None

    def _is_of_own_page(self) -> bool:
        origin = self._headers.get("origin")
        if origin is None:
            return bool(self._bearer()) or not self._session_key()
        return origins.is_own(origin, self._headers)

    def _bearer(self) -> str:
        return next((word.removeprefix(BEARER) for word in self._offered if word.startswith(BEARER)), "")

    def _session_key(self) -> str:
        return str(parse_cookie(self._headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, ""))

    async def _let_in(self) -> Credential:
        if token := self._bearer():
            offer = Offer(token=token)
        elif session_key := self._session_key():
            offer = Offer(session_key=session_key)
        else:
            offer = await self._first_message()
        credential = await in_thread(credentials.authenticate, offer)
        if credential is None:
            raise Closed(REFUSED)
        return credential

    async def _first_message(self) -> Offer:
        try:
            async with asyncio.timeout(PATIENCE):
                message = _read(await self._next())
        except TimeoutError:
            raise Closed(REFUSED) from None
        token = message.get("token") if message and message.get("type") == "auth" else None
        if not isinstance(token, str):
            raise Closed(REFUSED)
        return Offer(token=token)

    async def _converse(self, credential: Credential) -> None:
        house = hub.of_this_loop()
        await _started(house)
        if house.is_full_for(credential.holder):
            raise Closed(hub.TOO_MANY)
        connection = Connection(self._send, credential, house)
        house.join(connection)
        writer = asyncio.create_task(connection.write())
        writer.add_done_callback(_seen)
        try:
            while True:
                _act(connection, _read(await self._next()))
        except asyncio.CancelledError:
            if not connection.code:
                raise
            _uncancel()
            raise Closed(connection.code) from None
        finally:
            house.leave(connection)
            writer.cancel()

    async def _next(self) -> str | bytes:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Gone
        content: str | bytes = message.get("text") or message.get("bytes") or b""
        if len(content) > LONGEST:
            raise Closed(TOO_BIG)
        self._count()
        return content

    def _count(self) -> None:
        second = int(time.monotonic())
        self._messages = self._messages + 1 if second == self._second else 1
        self._second = second
        if self._messages > PER_SECOND:
            raise Closed(TOO_FAST)

    async def _close(self, code: int) -> None:
        """Say why; a client that reads nothing is not waited for."""
        try:
            async with asyncio.timeout(2):
                await self._send({"type": "websocket.close", "code": code})
        except (TimeoutError, OSError):
            return


def _read(content: str | bytes) -> dict[str, Any] | None:
    """Return the object of a message, or None when it is anything else."""
    if not isinstance(content, str):
        return None
    try:
        message = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return message if isinstance(message, dict) else None


def _act(connection: Connection, message: dict[str, Any] | None) -> None:
    if message is None:
        return _refuse(connection, "NOT_JSON")
    if message.get("type") != "resume":
        return _refuse(connection, "UNKNOWN_TYPE")
    after = message.get("after")
    if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after <= LARGEST_ID:
        return _refuse(connection, "INVALID_ID")
    return connection.resume(after)


def _refuse(connection: Connection, code: str) -> None:
    connection.answer(frames.error(code, str(_SENTENCES[code])))


async def _started(house: hub.Hub) -> None:
    try:
        await house.start()
    except DatabaseError:
        raise Closed(hub.TRY_LATER) from None


def _seen(writer: asyncio.Task[None]) -> None:
    """Log what ended a writer, unless the client left, of which the reader hears too."""
    if not writer.cancelled() and (error := writer.exception()) and not isinstance(error, OSError):
        structlog.get_logger(__name__).error("socket.writer_failed", exc_info=error)


def _uncancel() -> None:
    if task := asyncio.current_task():
        task.uncancel()


async def socket(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one socket as an ASGI application; what is logged meanwhile carries its own request id."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=ids.object_id())
    await Socket(scope, receive, send).run()


async def nobody_home(scope: Message, receive: Receive, send: Send) -> None:
    """Refuse the handshake of an address that is no socket's."""
    del scope
    await receive()
    await send({"type": "websocket.close", "code": 1008})
