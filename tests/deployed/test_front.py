"""The front server before page processes that break off, as one does that is replaced."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import servers
from tests.deployed.topology import front_server
from tests.programs import required
from tests.running import Client

pytestmark = [pytest.mark.server, pytest.mark.deployed]

TIMES = 4  # the two are asked in turns


class Living(socketserver.StreamRequestHandler):
    """Answers the body that it was sent."""

    def handle(self) -> None:
        length = 0
        while line := self.rfile.readline().strip().lower():
            length = int(line.partition(b":")[2]) if line.startswith(b"content-length:") else length
        body = self.rfile.read(length)
        self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


class Dying(socketserver.StreamRequestHandler):
    """Hangs up once it has heard a question."""

    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass


@contextmanager
def listening(handler: type[socketserver.StreamRequestHandler]) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Client]:
    required("nginx")
    with ExitStack() as stack:
        pages = [stack.enter_context(listening(handler)) for handler in (Dying, Living)]
        port = servers.free_port()
        told = front_server(tmp_path, {"pages": pages, "sockets": pages}, port)
        stack.enter_context(servers.nginx(told, port))
        yield Client("127.0.0.1", port)


def test_what_may_be_repeated_is_given_to_a_process_that_goes_on(front: Client) -> None:
    answers = [front.call("POST", "/a%2Fb", b"a picture", Idempotency_Key="once") for _ in range(TIMES)]
    assert answers == [(201, b"a picture")] * TIMES


def test_what_may_not_be_repeated_is_asked_for_once(front: Client) -> None:
    answers = [front.call("POST", "/a%2Fb", b"a picture") for _ in range(TIMES)]
    assert sorted(status for status, _body in answers) == [201] * (TIMES // 2) + [502] * (TIMES // 2)
