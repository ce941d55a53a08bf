"""One event to many sockets of one process: the time to the last, and what idle sockets cost."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.asyncio.client import ClientConnection, connect

from tests.benchmarks.report import Measure, in_turn

SOCKETS = (500, 1000)


class Server:
    """One of the two servers in a process of its own."""

    def __init__(self, kind: str, folder: str) -> None:
        self.kind = kind
        command = [sys.executable, "-m", "tests.benchmarks.socket_server", kind]
        environment = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "WARNING"}
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self.answer())

    def ask(self, line: str) -> None:
        """Make it bring an event, or say something."""
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> float:
        """Return the figure it says next."""
        assert self._process.stdout
        return float(self._process.stdout.readline())

    def memory(self) -> float:
        """Return its resident megabytes."""
        self.ask("memory")
        return self.answer()

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()


@contextmanager
def _running(kind: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(kind, folder)
        try:
            yield server
        finally:
            server.end()


async def _open(server: Server, count: int) -> list[ClientConnection]:
    wires = []
    for first in range(0, count, 50):
        wires += await asyncio.gather(*(_greeted(server, number) for number in range(first, first + 50)))
    return wires


async def _greeted(server: Server, number: int) -> ClientConnection:
    offers = ["imagehub.v1", f"bearer.{number}"]
    wire = await connect(
        f"ws://127.0.0.1:{server.port}/ws/events/",
        subprotocols=offers if server.kind == "ours" else None,  # type: ignore[arg-type]  # strings are subprotocols
        compression=None,
        proxy=None,
        ping_interval=None,
    )
    await wire.recv()
    return wire


async def _to_the_last(server: Server, wires: list[ClientConnection]) -> float:
    """Return the milliseconds from asking for an event until the last socket has it."""
    waiting = asyncio.gather(*(wire.recv() for wire in wires))
    await asyncio.sleep(0.3)  # lets every reader come to rest
    started = time.perf_counter()
    server.ask("event")
    await waiting
    return (time.perf_counter() - started) * 1000


def measures() -> Iterator[Measure]:
    """Measure both servers in turn."""
    for count in SOCKETS:
        with _running("ours") as ours, _running("plain") as plain, asyncio.Runner() as runner:
            empty = ours.memory(), plain.memory()
            crowds = {server: runner.run(_open(server, count)) for server in (ours, plain)}
            full = ours.memory(), plain.memory()
            figures = in_turn(
                lambda: runner.run(_to_the_last(ours, crowds[ours])),  # noqa: B023  # called within the round
                lambda: runner.run(_to_the_last(plain, crowds[plain])),  # noqa: B023  # likewise
            )
            yield Measure(f"one event to {count} sockets", "websockets' broadcast", "ms", *figures, goal="")
            yield Measure(
                f"memory of {count} idle sockets",
                "the same",
                "MB",
                [full[0] - empty[0]],
                [full[1] - empty[1]],
                "<= 30 MB",
            )
