"""A way to a server that can be made bad while it is used: cut, silent, broken off, or slow."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto

_PIECE = 64 * 1024
_HALF = 600  # bytes of an answer: its head, and hardly more
_GO_ON = b"HTTP/1.1 100 "  # no answer yet
_DRIP = 0.25  # seconds between two bytes that drip
_PATIENCE = 30.0  # seconds


class Fault(Enum):
    """What befalls whoever asks something, on connections old and new."""

    NONE = auto()
    RESET = auto()  # each question ends its connection
    SILENCE = auto()  # questions arrive, answers don't
    HALF = auto()  # of an answer only the beginning arrives
    DRIP = auto()  # what comes behind the beginning of an answer does so byte by byte


class Way:
    """A port of the loopback that leads to another one."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._fault = Fault.NONE
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._change = threading.Condition()
        self._met = 0

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @contextmanager
    def bad(self, fault: Fault) -> Iterator[None]:
        """Let it be so for the length of the block; whoever suffers from it then is cut off at its end."""
        self._turn(fault)
        try:
            yield
        finally:
            self._turn(Fault.NONE)

    def wait_for_somebody(self) -> None:
        """Wait until a question has met the fault that there is now."""
        with self._change:
            assert self._change.wait_for(lambda: self._met > 0, _PATIENCE)

    def run(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _turn(self, fault: Fault) -> None:
        with self._change:
            self._fault, self._met = fault, 0
            self._change.notify_all()

    def _join(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as far:
            threading.Thread(target=self._ask, args=(near, far), daemon=True).start()
            while piece := far.recv(_PIECE):
                if self._fault is not Fault.NONE and not piece.startswith(_GO_ON):
                    self._spoil(piece, near)
                    break
                near.sendall(piece)
            near.shutdown(socket.SHUT_RDWR)

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while piece := near.recv(_PIECE):
                if self._fault is Fault.RESET:
                    self._meet()
                    near.shutdown(socket.SHUT_RDWR)
                    break
                far.sendall(piece)
            far.shutdown(socket.SHUT_RDWR)

    def _spoil(self, piece: bytes, near: socket.socket) -> None:
        self._meet()
        if self._fault is Fault.HALF:
            near.sendall(piece[:_HALF])
        if self._fault is Fault.DRIP:
            self._drip(piece, near)
        with self._change:
            self._change.wait_for(lambda: self._fault is Fault.NONE, _PATIENCE)

    def _drip(self, piece: bytes, near: socket.socket) -> None:
        near.sendall(piece[:_HALF])
        for at in range(_HALF, len(piece)):
            with self._change:
                if self._change.wait_for(lambda: self._fault is Fault.NONE, _DRIP):
                    return
            near.sendall(piece[at : at + 1])

    def _meet(self) -> None:
        with self._change:
            self._met += 1
            self._change.notify_all()


@contextmanager
def way_to(port: int) -> Iterator[Way]:
    """Lead to a port of this machine for the length of the block."""
    way = Way(port)
    threading.Thread(target=way.run, daemon=True).start()
    try:
        yield way
    finally:
        way.stop()
