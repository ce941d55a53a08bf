"""Origins that mean harm: each script is one way to answer a request so that a careless client suffers."""

import base64
import gzip
import socket
import struct
import threading
import time
import zlib
from functools import cache, reduce

from tests.loopback import Script, always, answer

OK = b"HTTP/1.1 200 OK\r\n"
BOMB = 20_000_000  # bytes that a bomb unfolds to
DROP = 0.03  # seconds between two bytes of a dripping answer
# 100,000,000 zeros, as the brotli of another place packed them.
BROTLI = base64.b64decode(
    "z///f/gnAOKxQCD3/p/////wTwDEYQGA7v0/////4Z8AiMMiAN37f/7//8M/ARCHBQC69//8//+HfwIgDgsAdO//8x+8Hv8EQBwWAOhi1wM="
)


def _forever(piece: bytes, opening: bytes = OK + b"\r\n", pause: float = 0.0) -> Script:
    def script(_head: bytes, connection: socket.socket) -> None:
        connection.sendall(opening)
        while True:
            connection.sendall(piece)
            time.sleep(pause)  # the slowness of the server is what is under test

    return script


def _silence(_head: bytes, connection: socket.socket) -> None:
    connection.recv(1)


def _reset(_head: bytes, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _to_itself(head: bytes, connection: socket.socket) -> None:
    connection.sendall(answer(status="302 Found", location=head.split(b" ")[1].decode()))


def _further(head: bytes, connection: socket.socket) -> None:
    connection.sendall(answer(status="302 Found", location=f"{head.split(b' ')[1].decode()}x"))


def _endless_redirect(head: bytes, connection: socket.socket) -> None:
    if head.startswith(b"GET /there "):
        connection.sendall(answer(b"there"))
    else:
        _forever(bytes(65536), b"HTTP/1.1 302 Found\r\nlocation: /there\r\n\r\n")(head, connection)


@cache
def _bomb() -> bytes:
    return zlib.compress(bytes(BOMB))


def _gzipped(times: int) -> bytes:
    return reduce(lambda inner, _: gzip.compress(inner), range(times), bytes(BOMB))


@cache
def scripts() -> dict[str, Script]:
    """Return every way of being hostile over plain HTTP, by name."""
    return _bodies() | _heads_and_ends()


def _bodies() -> dict[str, Script]:
    return {
        "a body without end": _forever(bytes(65536)),
        "chunks without end": _forever(b"400\r\n" + bytes(1024) + b"\r\n", OK + b"transfer-encoding: chunked\r\n\r\n"),
        "one chunk of 16 TB": _forever(bytes(65536), OK + b"transfer-encoding: chunked\r\n\r\nfffffffffff\r\n"),
        "a chunk's extension without end": _forever(b"x" * 4096, OK + b"transfer-encoding: chunked\r\n\r\n1;"),
        "trailers without end": _forever(b"x-more: x\r\n", OK + b"transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"),
        "a chunk of no size": always(OK + b"transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
        "1 GB announced and sent": _forever(bytes(65536), OK + b"content-length: 1000000000\r\n\r\n"),
        "more announced than sent": always(OK + b"content-length: 1000\r\n\r\nshort"),
        "less announced than sent": always(OK + b"content-length: 5\r\nconnection: close\r\n\r\n" + bytes(1000)),
        "a negative length": always(OK + b"content-length: -1\r\nconnection: close\r\n\r\nabc"),
        "a length of 5,000 digits": always(
            OK + b"content-length: " + b"9" * 5000 + b"\r\nconnection: close\r\n\r\nabc"
        ),
        "a deflate bomb": always(answer(_bomb(), content_encoding="deflate")),
        "a gzip bomb": always(answer(gzip.compress(bytes(BOMB)), content_encoding="gzip")),
        "a brotli bomb": always(answer(BROTLI, content_encoding="br")),
        "a gzip in a gzip in a gzip": always(answer(_gzipped(3), content_encoding="gzip, gzip, gzip")),
        "thirty encodings": always(answer(b"x", content_encoding=", ".join(["gzip"] * 30))),
        "half a gzip": always(answer(gzip.compress(b"x" * 100)[:20], content_encoding="gzip")),
        "no gzip": always(answer(b"no gzip", content_encoding="gzip")),
    }


def _heads_and_ends() -> dict[str, Script]:
    return {
        "100,000 headers": always(OK + b"x-more: x\r\n" * 100_000 + b"\r\n"),
        "a header of 1 MB": always(OK + b"x-long: " + b"x" * 1_000_000 + b"\r\n\r\n"),
        "headers without end": _forever(b"x-more: x\r\n" * 100, OK),
        "please continue, for ever": _forever(b"HTTP/1.1 100 Continue\r\n\r\n", b"", DROP),
        "a dripping head": _forever(b"x", OK + b"x-slow: ", DROP),
        "a dripping body": _forever(b"x", pause=DROP),
        "silence": _silence,
        "the end at once": always(b""),
        "a reset": _reset,
        "two different lengths": always(
            OK + b"content-length: 3\r\ncontent-length: 5\r\nconnection: close\r\n\r\nabcde"
        ),
        "no HTTP": always(b"SSH-2.0-OpenSSH_9.2\r\n"),
        "a status of letters": always(b"HTTP/1.1 abc OK\r\n\r\n"),
        "another protocol": always(b"HTTP/1.1 101 Switching\r\nupgrade: websocket\r\n\r\n" + bytes(1000)),
        "nothing, at length": _forever(bytes(65536), b"HTTP/1.1 204 None\r\n\r\n"),
        "a redirect to itself": _to_itself,
        "a redirect that never comes home": _further,
        "a redirect with a body without end": _endless_redirect,
        "a harmless answer": always(answer(b"x" * 100)),
    }


def deaf() -> socket.socket:
    """Listen and accept nobody: connections come about, and nothing ever answers in them."""
    return socket.create_server(("127.0.0.1", 0))


def plain_where_tls_is_due(listener: socket.socket) -> None:
    """Answer the next TLS handshake in plain HTTP, for ever."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(answer(b"plain"))
            connection.recv(65536)

    threading.Thread(target=serve, daemon=True).start()
