"""A closed-loop load of bounded size from threads of this process, to 127.0.0.1 only.

The client shares the machine with the server, so it does as little as it can: requests are bytes, and of
an answer it reads the status and the length.
"""

import base64
import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.running import MULTIPART, multipart

Ask = Callable[[int], bytes]
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


def rate(port: int, ask: Ask, *, requests: int, clients: int, expected: int) -> float:
    """Send `requests` requests from `clients` kept connections; return requests a second.

    Any status but `expected` ends the run: a fast refusal is no result.
    """

    def client(share: range) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
            for number in share:
                wire.sendall(ask(number))
                status = _answered(wire)
                if status != expected:
                    raise RuntimeError(f"answered {status}, expected {expected}")

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, (range(n, requests, clients) for n in range(clients))))
    return requests / (time.perf_counter() - started)


def get(path: str, headers: dict[str, str]) -> Ask:
    """The same GET each time."""
    request = _head("GET", path, headers) + b"\r\n"
    return lambda _number: request


def upload(path: str, headers: dict[str, str], photo: Callable[[int], bytes]) -> Ask:
    """A multipart POST of `photo(number)` in the field `file`."""
    head = _head("POST", path, headers | {"Content-Type": MULTIPART})

    def request(number: int) -> bytes:
        body = multipart(photo(number))
        return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)

    return request


def encoded(path: str, headers: dict[str, str], picture: bytes) -> Ask:
    """A POST of JSON with the same picture as base64 and another prompt each time."""
    head = _head("POST", path, headers | {"Content-Type": "application/json"})
    rest = b'","imageData":"' + base64.b64encode(picture) + b'"}'

    def request(number: int) -> bytes:
        body = b'{"prompt":"a boat %d %d' % (number, time.monotonic_ns()) + rest
        return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)

    return request


def _head(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _answered(wire: socket.socket) -> int:
    """Read one answer to its end and return its status."""
    head, _, rest = _until_blank_line(wire).partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length is None:
        raise RuntimeError("an answer of unknown length")
    left = int(length[1]) - len(rest)
    while left > 0:
        left -= len(wire.recv(min(left, 1 << 16)))
    return int(head[9:12])


def _until_blank_line(wire: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        chunk = wire.recv(1 << 16)
        if not chunk:
            raise ConnectionError("the server hung up")
        read += chunk
    return read
