"""Another service that is told what happens here, and answers as it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True)
class Received:
    """One message, as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    def read_with(self, secret: str) -> dict[str, Any]:
        """Return what it says, as the standard's own library reads it; it raises for a bad signature."""
        return dict(Webhook(secret).verify(self.body, self.headers))


@dataclass
class Receiver:
    """What came in, and what is answered."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    pause: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.pause.set()
        self.more = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def wait_for(self, count: int, seconds: float = 30) -> list[Received]:
        """Return what came, once it is so much."""
        with self.more:
            assert self.more.wait_for(lambda: len(self.received) >= count, seconds), len(self.received)
        return list(self.received)


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """Listen on the loopback for the length of the block."""
    receiver = Receiver()

    class Handler(_Handler):
        pass

    Handler.receiver = receiver
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.pause.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        taken = Received({name.lower(): value for name, value in self.headers.items()}, body)
        with self.receiver.more:
            self.receiver.received.append(taken)
            self.receiver.more.notify_all()
        self.receiver.pause.wait(30)
        with suppress(OSError):  # whoever did not wait for the answer
            self._answer()

    def _answer(self) -> None:
        self.send_response(self.receiver.status)
        for name, value in self.receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"canary")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
