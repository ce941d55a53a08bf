"""Everything in one process: pages, API, sockets and background work, for `manage.py up`."""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO, Any

import h11
import uvicorn
from celery import beat
from celery.worker import WorkController
from django.conf import settings
from uvicorn.protocols.http.h11_impl import H11Protocol

from harvester.engine import session
from harvester.services import claiming
from imagehub.celery import app

LONGEST_FRAME = 64 * 1024  # bytes of a socket's message; a longer one closes it with 1009
PING = 25.0  # seconds
HEAD = 15.0  # seconds in which the head of a request must have arrived
READ = 30.0  # seconds in which a client must take some of the answer that waits for it
PATIENCE = 10  # seconds that requests under way may take to finish when we are asked to stop
WORKERS = 3  # threads for background work; a harvest keeps one of them for a minute at a time


class AlreadyRunning(Exception):  # a fact rather than a fault
    """Another process has this data folder, or this port."""


@contextlib.contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """Keep every other process that asks likewise away from a data folder, however this one ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.lock").open("a+", encoding="ascii") as file:
        _lock(file)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock(file: IO[str]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise AlreadyRunning(f"ImageHub is already running on this data folder (process {file.read()}).") from None


def listen(host: str, port: int) -> socket.socket:
    """Take the port; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OverflowError:
        raise AlreadyRunning(f"Port {port} can't be used: ports end at 65535.") from None
    except OSError as error:
        raise AlreadyRunning(f"Port {port} on {host} can't be used: {os.strerror(error.errno or 0)}.") from None


class Background:
    """The worker and the clock, in threads of this process."""

    def __init__(self) -> None:
        app.finalize()
        app.set_current()
        app.set_default()
        self._worker = WorkController(app, pool_cls="threads", concurrency=WORKERS, without_gossip=True)
        self._clock = beat.EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
        self._thread = threading.Thread(target=self._worker.start, name="worker", daemon=True)

    def start(self) -> None:
        """Begin, with a sweep of everything that an earlier process may have left undone."""
        if settings.EMBEDDED:  # then nobody else can be at work on it
            claiming.release_all()
        self._thread.start()
        self._clock.start()
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]].apply_async()

    def stop(self) -> None:
        """End, letting the task under way finish."""
        session.stop()
        self._clock.service.stop()  # without waiting for its next tick, as its own stop() would
        self._worker.stop()
        for thread in (self._thread, self._clock):
            thread.join(PATIENCE)


class Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, when_serving: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_serving = when_serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, then say so."""
        await super().startup(sockets)
        self._when_serving()


class Doorkeeper(H11Protocol):
    """Hangs up on whoever asks for nothing, never comes to the end of a question, or does not take the answer.

    The server itself waits for all three for ever.
    """

    _speaking: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Wait on while a head is incomplete; what comes after it is not ours to limit."""
        super().data_received(data)
        self._wait_for_head()

    def pause_writing(self) -> None:
        """Wait for a reader who has not taken what was sent so far."""
        super().pause_writing()
        self._reading = self.loop.call_later(READ, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, since some of it was taken."""
        super().resume_writing()
        _cancel(self._reading)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        _cancel(self._speaking)
        _cancel(self._reading)
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            _cancel(self._speaking)
            self._speaking = None
        elif self._speaking is None:
            self._speaking = self.loop.call_later(HEAD, self.timeout_keep_alive_handler)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def serve(listener: socket.socket, when_serving: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; then finish the requests under way and close the sockets with 1012."""
    from imagehub.asgi import application  # noqa: PLC0415  # its threads belong to the process that serves

    config = uvicorn.Config(
        application,
        http=Doorkeeper,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=LONGEST_FRAME,
        ws_ping_interval=PING,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=PATIENCE,
    )
    background = Background()
    background.start()
    try:
        Server(config, when_serving).run(sockets=[listener])
    finally:
        background.stop()


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Leave the block quietly on SIGTERM or SIGINT, also before and after the server minds them."""
    before = {name: signal.signal(name, _stop) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except Stopped:
        return
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


class Stopped(BaseException):
    """We were asked to stop; like SystemExit it is nothing to catch on the way."""


def _stop(_number: int, _frame: FrameType | None) -> Any:
    raise Stopped
