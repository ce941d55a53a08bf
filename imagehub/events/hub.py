"""Brings news to the sockets of one process: one reader of the outbox, each fact encoded once."""

import asyncio
import contextlib
import weakref
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from imagehub.events import bell, frames, relay
from imagehub.events.catalog import INTERNAL
from imagehub.events.connection import Connection
from imagehub.events.news import News, completed
from imagehub.events.threads import in_thread

POLL = 1.0  # seconds between looks at the outbox when nobody rings
PAGE = 500  # facts read at once
KEEP = 5.0  # seconds between looks at expired and stalled sockets
RECHECK = 20.0  # seconds between questions whether sessions and tokens still hold
STALLED = 15.0  # seconds a single write may take
PER_HOLDER = 50  # sockets of one account in one process
EXPIRED, TOO_MANY, TRY_LATER = 4401, 4429, 1013

log = structlog.get_logger(__name__)


class Hub:
    """All sockets of one event loop."""

    def __init__(self) -> None:
        self.position = 0
        self._connections: dict[str, set[Connection]] = defaultdict(set)  # by audience
        self._everyone: set[Connection] = set()
        self._held: Counter[str] = Counter()
        self._rung = asyncio.Event()
        self._suspects: set[Connection] = set()
        self._suspected = asyncio.Event()
        self._started: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Know how far the outbox is, and follow it from there as long as the event loop runs."""
        if self._started is None or (self._started.done() and self._started.exception()):
            self._started = asyncio.create_task(self._start())
        await asyncio.shield(self._started)

    async def _start(self) -> None:
        self.position = await in_thread(relay.advance)
        works = (self._follow, self._keep, self._listen_afar)
        self._tasks = [asyncio.create_task(_for_ever(work)) for work in works]

    def is_full_for(self, holder: str) -> bool:
        """Tell whether an account has as many sockets as it may."""
        return self._held[holder] >= PER_HOLDER

    def join(self, connection: Connection) -> None:
        """Tell a connection what is new from now on."""
        self._everyone.add(connection)
        self._held[connection.credential.holder] += 1
        for audience in connection.credential.audience:
            self._connections[audience].add(connection)

    def leave(self, connection: Connection) -> None:
        """Forget a connection."""
        self._everyone.discard(connection)
        self._held -= Counter([connection.credential.holder])
        for audience in connection.credential.audience:
            self._connections[audience].discard(connection)
            if not self._connections[audience]:
                del self._connections[audience]

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()

        def hear() -> None:
            loop.call_soon_threadsafe(self._rung.set)

        with bell.heard_by(hear):
            while True:
                await self._read()
                await _either(self._rung, POLL)

    async def _read(self) -> None:
        full = True
        while full:
            page = await in_thread(_advance_and_read, self.position)
            self._dispatch(await self._completed(page))
            full = len(page) == PAGE

    async def _completed(self, page: Sequence[News]) -> list[News]:
        """Complete what somebody listens to, also those who begin to listen meanwhile."""
        done: dict[int, News] = {}
        while wanted := [news for news in page if news.audience in self._connections and news.position not in done]:
            done |= {news.position: news for news in await in_thread(completed, wanted)}
        return [done.get(news.position, news) for news in page]

    def _dispatch(self, page: Iterable[News]) -> None:
        for news in page:
            self.position = news.position
            listening = self._connections.get(news.audience)
            if listening and news.kind in INTERNAL:
                self._suspects |= listening
                self._suspected.set()
            elif listening:
                frame = frames.event(news)
                for connection in listening:
                    connection.tell(news.position, frame)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        next_recheck = loop.time() + RECHECK
        while True:
            await _either(self._suspected, KEEP)
            self._end_expired_and_stalled(datetime.now(UTC), loop.time())
            if loop.time() >= next_recheck:
                next_recheck = loop.time() + RECHECK
                self._suspects |= self._everyone
            await self._recheck()

    def _end_expired_and_stalled(self, now: datetime, clock: float) -> None:
        for connection in tuple(self._everyone):
            if connection.credential.expires_at <= now:
                connection.close(EXPIRED)
            elif connection.writing_since is not None and clock - connection.writing_since > STALLED:
                connection.close(TRY_LATER)

    async def _recheck(self) -> None:
        suspects, by_question = self._suspects & self._everyone, defaultdict(set)
        for connection in suspects:
            by_question[connection.credential.recheck].add(connection)
        for recheck, asked in by_question.items():
            holding = await in_thread(recheck, {connection.credential.key for connection in asked})
            for connection in asked:
                if connection.credential.key not in holding:
                    connection.close(EXPIRED)
        self._suspects -= suspects

    async def _listen_afar(self) -> None:
        if not settings.REDIS_URL:
            return
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(bell.GROUP, channel)
        while True:
            await layer.receive(channel)
            self._rung.set()


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """Repeat work that must not end, whatever it meets: a database or broker that is away comes back."""
    rest = 1.0
    while True:
        try:
            return await work()
        except Exception:  # the relay's loop
            log.exception("hub.failed", work=getattr(work, "__name__", ""))
            await asyncio.sleep(rest)
            rest = min(rest * 2, 10.0)


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, or so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()


def _advance_and_read(position: int) -> list[News]:
    relay.advance()
    return relay.after(position, limit=PAGE)


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def of_this_loop() -> Hub:
    """Return the hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
