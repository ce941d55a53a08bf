"""Foreign pictures are decoded in small processes that can be killed.

`clean`, `render` and `shrink` are those of the pipeline, run in a pool of child processes: each starts on first
use, is borrowed by one thread at a time, and is replaced when it dies, uses up its processor time or
is not heard of for too long. The header is judged before a child is troubled.
"""

import atexit
import fcntl
import json
import os
import queue
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from imagehub.images.pipeline import wire
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe
from imagehub.images.pipeline.refusals import damaged
from imagehub.images.pipeline.render import Rendered, Spec
from imagehub.images.pipeline.sanitise import Clean, Reading
from imagehub.lib.errors import Throttled

CHILDREN = 2
PATIENCE = 20.0
"""Seconds a caller waits for a free child before it is told to come back later."""

JOBS = 1000
"""Files a child sees before a fresh one takes its place: nothing that creeps or lingers does so for long."""

START = 30.0
"""Seconds a child may take to start on a busy machine."""

WALL = 4.0
"""Seconds on the wall for each second of processor time, before a child counts as stuck."""

RENDER_SECONDS = 4.0  # of processor time, for a rendition of a stored picture
SHRINK_SECONDS = 20.0  # likewise, for writing one in fewer bytes

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
        if self._process.stdin is None or self._process.stdout is None:
            raise Lost
        self._jobs, self._answers = self._process.stdin, self._process.stdout
        for pipe in (self._jobs, self._answers):
            os.set_blocking(pipe.fileno(), False)
            _widen(pipe.fileno())
        self._ready = False
        self._jobs_left = JOBS

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
        if not self._ready:
            self._receive(time.monotonic() + START)
            self._ready = True
        self._jobs_left -= 1
        deadline = time.monotonic() + head["seconds"] * WALL
        self._send(wire.packed(head, body), deadline)
        return self._receive(deadline)

    def kill(self) -> None:
        """End the process now; whoever waits for its answer sees it `Lost`."""
        self._process.kill()
        self._process.wait()

    def let_go(self) -> None:
        """Close our ends of its pipes; it ends by itself when nobody else holds them."""
        self._jobs.close()
        self._answers.close()

    def _send(self, message: bytes, deadline: float) -> None:
        rest = memoryview(message)
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


class Decoders:
    """A pool of children, safe to use from many threads."""

    def __init__(self, children: int = CHILDREN, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._started: set[Child] = set()
        self._places: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(children):
            self._places.put(None)

    def clean(
        self, data: bytes, *, formats: frozenset[Format], limits: Limits, reading: Reading = Reading.COEFFICIENTS
    ) -> Clean:
        """Do `sanitise.clean` in a child; a child that is lost over the file means DAMAGED.

        Raises `Refusal`, or `Throttled` when no child becomes free in time.
        """
        probe(data, formats=formats, limits=limits)
        return wire.clean_of(*self._done(wire.cleaning(formats, limits, reading), data))

    def render(self, data: bytes, spec: Spec) -> Rendered:
        """Do `render.render` in a child; a child that is lost over the file means DAMAGED."""
        return wire.rendered_of(*self._done(wire.rendering(spec, RENDER_SECONDS), data))

    def shrink(self, data: bytes) -> bytes:
        """Do `shrink.shrunk` in a child; a child that is lost over the picture means DAMAGED."""
        return wire.fewer_of(*self._done(wire.shrinking(SHRINK_SECONDS), data))

    @property
    def pids(self) -> frozenset[int]:
        """The processes that run now."""
        return frozenset(child.pid for child in list(self._started) if child.is_alive)

    @property
    def free(self) -> int:
        """How many more jobs would be taken at once now."""
        return self._places.qsize()

    def shutdown(self) -> None:
        """End every child, also those at work; the pool stays usable.

        Pipes of a child at work are closed by the thread that waits for it, never under its hands.
        """
        for child in list(self._started):
            child.kill()
        for child in self._taken_from_idle():
            self._remove(child)
            self._places.put(None)

    def abandon(self) -> None:
        """Forget children that belong to the process we were forked from."""
        for child in self._started:
            child.let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.shutdown()

    def _done(self, head: wire.Head, body: bytes) -> tuple[wire.Head, bytes]:
        child = self._borrowed()
        place: Child | None = None
        try:
            answer = child.ask(head, body)
            place = child
        except Lost:
            raise damaged() from None
        finally:
            if place is None:
                self._remove(child)
            self._places.put(place)
        return answer

    def _remove(self, child: Child) -> None:
        child.kill()
        child.let_go()
        self._started.discard(child)

    def _taken_from_idle(self) -> list[Child]:
        """Take the children nobody uses; places without one go back."""
        taken: list[Child | None] = []
        with suppress(queue.Empty):
            taken.extend(self._places.get_nowait() for _ in range(self._places.qsize()))
        for _ in range(taken.count(None)):
            self._places.put(None)
        return [child for child in taken if child is not None]

    def _borrowed(self) -> Child:
        try:
            child = self._places.get(timeout=self._patience)
        except queue.Empty:
            raise Throttled(retry_after=1) from None
        if child is not None and child.is_fresh:
            return child
        if child is not None:
            self._remove(child)
        return self._new()

    def _new(self) -> Child:
        try:
            child = Child()
        except BaseException:
            self._places.put(None)
            raise
        self._started.add(child)
        return child


_decoders = Decoders()


def clean(data: bytes, *, formats: frozenset[Format], limits: Limits, reading: Reading = Reading.COEFFICIENTS) -> Clean:
    """Clean foreign bytes in the process-wide pool; see `Decoders.clean`."""
    return _decoders.clean(data, formats=formats, limits=limits, reading=reading)


def render(data: bytes, spec: Spec) -> Rendered:
    """Make a rendition in the process-wide pool; see `Decoders.render`."""
    return _decoders.render(data, spec)


def shrink(data: bytes) -> bytes:
    """Write a PNG in fewer bytes in the process-wide pool; see `Decoders.shrink`."""
    return _decoders.shrink(data)


def pids() -> frozenset[int]:
    """Return the processes of the process-wide pool that run now."""
    return _decoders.pids


def shutdown() -> None:
    """End the children of the process-wide pool; they start again when needed."""
    _decoders.shutdown()


def _after_fork() -> None:
    global _decoders  # noqa: PLW0603  # a forked process must not share its parent's pipes
    _decoders.abandon()
    _decoders = Decoders()


atexit.register(shutdown)
os.register_at_fork(after_in_child=_after_fork)
