"""One open socket: what it has been told, what waits to be written, and how it catches up."""

import asyncio
from collections import deque
from typing import Protocol

from imagehub.events import frames, relay
from imagehub.events.credentials import Credential
from imagehub.events.threads import in_thread
from imagehub.lib.asgi import Send

PAGE = 200  # facts read at once while catching up
WAITING = 100  # frames kept for a socket before it has to catch up from the outbox
NOTICES = 100  # answers kept for a client that does not read them
GRACE = 0.25  # seconds after the first frame in which a client may say where to resume


class Source(Protocol):
    """Who tells a connection what is new, and up to where it has done so."""

    @property
    def position(self) -> int:
        """The last position told to live connections."""


class Connection:
    """Writes facts to one socket in order, without gap or end.

    A *live* connection is told facts as the hub reads them. One that has just come, resumes or reads
    more slowly than facts arrive is not: it reads the outbox at its own pace until it has reached the
    hub. The step from one to the other happens without letting the loop go, so nothing falls between.
    """

    def __init__(self, send: Send, credential: Credential, source: Source) -> None:
        self.credential = credential
        self.code = 0  # why we close it, once we do
        self.writing_since: float | None = None
        self._send = send
        self._source = source
        self._position = source.position
        self._is_live = False
        self._resume_after: int | None = None
        self._frames: deque[str] = deque()
        self._notices: deque[str] = deque((frames.hello(source.position),))
        self._wake = asyncio.Event()
        self._reader = asyncio.current_task()

    def tell(self, position: int, frame: str) -> None:
        """Queue a fact that the hub has read; too many of them, and the connection catches up instead."""
        if not self._is_live or position <= self._position:
            return
        if len(self._frames) >= WAITING:
            self._is_live = False
            return
        self._frames.append(frame)
        self._position = position
        self._wake.set()

    def resume(self, after: int) -> None:
        """Tell everything after a position, then what is new."""
        self._frames.clear()
        self._is_live = False
        self._resume_after = after
        self._wake.set()

    def answer(self, frame: str) -> None:
        """Queue an answer to the client; one that does not read its answers misses the last of them."""
        if len(self._notices) < NOTICES:
            self._notices.append(frame)
            self._wake.set()

    def close(self, code: int) -> None:
        """End the connection, from anywhere in its event loop."""
        if not self.code and self._reader is not None:
            self.code = code
            self._reader.cancel()

    async def write(self) -> None:
        """Write until the socket is gone."""
        await self._write_next()
        await self._wait(GRACE)
        while True:
            if self._notices or self._frames:
                await self._write_next()
            elif not self._is_live:
                await self._catch_up()
            else:
                await self._wait(None)

    async def _wait(self, seconds: float | None) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _write_next(self) -> None:
        queue = self._notices or self._frames
        await self._put(queue.popleft())

    async def _put(self, frame: str) -> None:
        self.writing_since = asyncio.get_running_loop().time()
        await self._send({"type": "websocket.send", "text": frame})
        self.writing_since = None

    async def _catch_up(self) -> None:
        if self._resume_after is not None:
            await self._start_from(self._resume_after)
        start, until = self._position, self._source.position
        page = await in_thread(relay.told_to, self.credential.audience, after=start, until=until, limit=PAGE)
        for news in page:
            if self._resume_after is not None:
                return
            await self._put(frames.event(news))
            self._position = news.position
        if len(page) < PAGE and self._resume_after is None:
            self._position = max(self._position, until)
            self._is_live = self._position >= self._source.position

    async def _start_from(self, after: int) -> None:
        self._resume_after = None
        if await in_thread(relay.is_replayable, after):
            self._position = after
        else:
            await self._put(frames.RESET)
