"""One process that decodes foreign pictures, as its parent sees it."""

import fcntl
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from imagehub.images.pipeline import wire
from imagehub.lib import cores

JOBS = 1000
"""Files a child sees before a fresh one takes its place: nothing that creeps or lingers does so for long."""

START = 30.0
"""Seconds a child may take to start on a busy machine."""

WALL = 4.0
"""Seconds on the wall for each second of processor time, before a child counts as stuck."""

_COMMAND = [sys.executable, "-m", "imagehub.images.pipeline.child"]
_ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
_READ = 1 << 20


class Lost(Exception):
    """The child died, used up its time or talks nonsense."""


class Child:
    """One decoder process; used by one thread at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own module, nothing of a request in the command
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=_ROOT,
            env=_ENVIRONMENT,
            process_group=0,
        )
        cores.set_free(self._process.pid)
        if self._process.stdin is None or self._process.stdout is None:
            raise Lost
        self._jobs, self._answers = self._process.stdin, self._process.stdout
        for pipe in (self._jobs, self._answers):
            os.set_blocking(pipe.fileno(), False)
            _widen(pipe.fileno())
        self._ready = False
        self._jobs_left = JOBS
        self.is_ended = False  # by us

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def is_fresh(self) -> bool:
        """Whether it may take another job."""
        return self._jobs_left > 0 and self.is_alive

    def ask(self, head: wire.Head, body: bytes) -> tuple[wire.Head, bytes]:
        """Send a job and return its answer; raises `Lost` when none comes in time."""
        return next(self.ask_each([(head, body)]))

    def ask_each(self, jobs: Iterable[tuple[wire.Head, bytes]]) -> Iterator[tuple[wire.Head, bytes]]:
        """Send jobs, each while the one before it is done, and yield their answers one after the other.

        Raises `Lost` when the answer that is due next does not come in time. Whoever does not take all of them
        lets the child go.
        """
        due = 0.0  # when the answer that is awaited has to be there
        for place, (head, body) in enumerate(jobs):
            self._await_start()
            self._jobs_left -= 1
            patience = head["seconds"] * WALL
            now = time.monotonic()
            for part in (wire.opening(head, len(body)), body):
                self._send(part, max(due, now) + patience)
            if place:
                yield self._receive(due)
                now = time.monotonic()
            due = now + patience
        if due:
            yield self._receive(due)

    def _await_start(self) -> None:
        if not self._ready:
            self._receive(time.monotonic() + START)
            self._ready = True

    def kill(self) -> None:
        """End the process now; whoever waits for its answer sees it `Lost`."""
        self.is_ended = True
        self._process.kill()
        self._process.wait()

    def let_go(self) -> None:
        """Close our ends of its pipes; it ends by itself when nobody else holds them."""
        self._jobs.close()
        self._answers.close()

    def _send(self, part: bytes, deadline: float) -> None:
        rest = memoryview(part)
        try:
            while rest:
                _await(self._jobs.fileno(), select.POLLOUT, deadline)
                rest = rest[os.write(self._jobs.fileno(), rest) :]
        except OSError:
            raise Lost from None

    def _receive(self, deadline: float) -> tuple[wire.Head, bytes]:
        try:
            head, body = wire.lengths(self._read(wire.PREFIX.size, deadline))
            return json.loads(self._read(head, deadline)), self._read(body, deadline)
        except (OSError, ValueError):
            raise Lost from None

    def _read(self, length: int, deadline: float) -> bytes:
        parts = []
        while length:
            _await(self._answers.fileno(), select.POLLIN, deadline)
            part = os.read(self._answers.fileno(), min(length, _READ))
            if not part:
                raise Lost
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


def _widen(pipe: int) -> None:
    """Let a whole photo fit, so that the two processes wait for each other less; a busy system may refuse."""
    with suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _READ)


def _await(descriptor: int, event: int, deadline: float) -> None:
    waiting = select.poll()
    waiting.register(descriptor, event)
    if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise Lost
