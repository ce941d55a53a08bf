"""Connections that exist only to addresses which were checked, and end when their time is up."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from urllib3.connection import HTTPConnection, HTTPSConnection

from imagehub.lib.outbound.addresses import Address, Allowance, may_reach
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.targets import Target

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]


def system_resolver(host: str, port: int) -> list[str]:
    """Return every address that the system knows for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass
class Exchange:
    """The rules of one fetch from its first name look-up to its last byte, with the time left for it."""

    ends_at: float  # on the monotonic clock
    allowances: Sequence[Allowance]
    resolve: Resolver = system_resolver
    is_over: bool = False
    _handle: socket.socket | None = field(default=None, repr=False)

    def remaining(self) -> float:
        """Return the seconds left; Refused when there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise Refused(Reason.TOO_SLOW)
        return left

    def dial(self, host: str, port: int) -> socket.socket:
        """Connect to one of a host's addresses, having checked all of them and then the one connected."""
        connection = _connected(self.addresses(host, port), port, self.remaining())
        try:
            self._admit(connection, port)
        except (Refused, OSError):
            connection.close()
            raise
        return connection

    def end(self) -> None:
        """Break the connection off, whatever is waiting on it."""
        self.is_over = True
        self._release(by=_cut)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """End the exchange when its time is up, even between two bytes or within a TLS handshake."""
        watch = threading.Timer(self.remaining(), self.end)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            self._release(by=_leave)

    def _admit(self, connection: socket.socket, port: int) -> None:
        peer = ipaddress.ip_address(connection.getpeername()[0])
        if not may_reach(peer, port, self.allowances):
            raise Refused(Reason.ADDRESS)
        self._release(by=_leave)
        # TLS takes the descriptor over, so the watch keeps one of its own.
        self._handle = connection.dup()
        connection.settimeout(self.remaining())

    def _release(self, *, by: Callable[[socket.socket], None]) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            with suppress(OSError), handle:
                by(handle)

    def addresses(self, host: str, port: int) -> list[Address]:
        """Return all addresses of a host; Refused unless every one may be reached."""
        names = _within(self.remaining(), lambda: self.resolve(host, port))
        return judged(names, port, self.allowances)


def judged(names: Sequence[str], port: int, allowances: Sequence[Allowance]) -> list[Address]:
    """Return the addresses that a resolver named, in its order; Refused unless every one may be reached."""
    try:
        addresses = [ipaddress.ip_address(name) for name in names]
    except ValueError:
        raise Refused(Reason.ADDRESS) from None
    if not addresses:
        raise Refused(Reason.UNKNOWN_HOST)
    # One bad answer spoils the name: a host with a public and a private face is playing with us.
    if not all(may_reach(address, port, allowances) for address in addresses):
        raise Refused(Reason.ADDRESS)
    return list(dict.fromkeys(addresses))


def _cut(handle: socket.socket) -> None:
    handle.shutdown(socket.SHUT_RDWR)


def _leave(_handle: socket.socket) -> None:
    """Let go of a handle without touching the connection."""


def _within(seconds: float, look_up: Callable[[], Sequence[str]]) -> Sequence[str]:
    # The system's resolver can't be given a time limit, so it is waited for from outside.
    answers: SimpleQueue[Sequence[str] | None] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(look_up())
        except (OSError, UnicodeError):
            answers.put(None)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except Empty:
        raise Refused(Reason.TOO_SLOW) from None
    if found is None:
        raise Refused(Reason.UNKNOWN_HOST)
    return found


def _connected(addresses: Sequence[Address], port: int, seconds: float) -> socket.socket:
    share = seconds / len(addresses)
    for address in addresses:
        with suppress(OSError):
            return socket.create_connection((str(address), port), timeout=share)
    raise Refused(Reason.UNREACHABLE)


@cache
def trust() -> ssl.SSLContext:
    """Return the TLS rules of this process: the system's authorities (or SSL_CERT_FILE's), TLS 1.2 or later."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Plain(HTTPConnection):
    """A connection whose socket the exchange makes."""

    exchange: Exchange

    def _new_conn(self) -> socket.socket:
        return self.exchange.dial(self.host, int(self.port or 0))


class _Secure(_Plain, HTTPSConnection):
    """The same under TLS; name and certificate are those of the host asked for, not of its address."""


def opened(target: Target, exchange: Exchange) -> HTTPConnection:
    """Return a connection to a target, not yet dialled, that obeys the exchange."""
    extra: dict[str, Any] = {"ssl_context": trust()} if target.scheme == "https" else {}
    kind = _Secure if target.scheme == "https" else _Plain
    connection = kind(target.host, target.port, timeout=exchange.remaining(), **extra)
    connection.exchange = exchange
    return connection
