import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event, Semaphore
from typing import cast

import pytest
from pytest_django import Settings

from imagehub.images import imports
from imagehub.lib.errors import FileTooLarge, Invalid, Throttled
from imagehub.lib.outbound import Reason
from tests.loopback import Script, Server, always, answer, serving

Photo = Callable[..., bytes]
NOT_PUBLIC = "There is no public server at this address."
NOT_ANSWERED = "The server at this address does not answer as it should."
NOTHING_THERE = "There is no picture at this address."


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[[Script], Server]]:
    """Start servers that may be reached."""
    with ExitStack() as running:

        def start(script: Script) -> Server:
            server = running.enter_context(serving(script))
            settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
            return server

        yield start


def told(url: str, cap: int = 1000, deadline: float = 3.0) -> str:
    with pytest.raises(Invalid) as refused:
        imports.fetched(url, cap=cap, deadline=deadline)
    details = cast("dict[str, list[str]]", refused.value.details)
    assert list(details) == ["url"]
    assert len(details["url"]) == 1
    return str(details["url"][0])


def test_a_picture_is_taken_from_its_address(serve: Callable[[Script], Server], photo: Photo) -> None:
    data = photo()
    server = serve(always(answer(data, content_type="text/html")))
    assert imports.fetched(f"{server.url}/a.jpg", cap=len(data)) == data


def test_more_bytes_than_wanted_are_too_many(serve: Callable[[Script], Server], photo: Photo) -> None:
    data = photo()
    server = serve(always(answer(data)))
    with pytest.raises(FileTooLarge):
        imports.fetched(server.url, cap=len(data) - 1)


@pytest.mark.parametrize(
    "url", ["", "ftp://example.org/a", "file:///etc/passwd", "data:,x", "https://u:p@a.org/", "a b"]
)
def test_what_is_no_address_is_not_asked(url: str) -> None:
    assert told(url) == "Enter the address of a picture on the web, beginning with https:// or http://."


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.0.0.1", "nowhere.invalid"])
def test_inner_and_unknown_servers_are_told_apart_by_nothing(host: str) -> None:
    assert told(f"http://{host}/latest/meta-data") == NOT_PUBLIC


def test_a_redirect_inwards_is_not_followed(serve: Callable[[Script], Server]) -> None:
    with serving(always(answer(b"secret"))) as inner:
        server = serve(always(answer(status="302 Found", location=f"{inner.url}/")))
        assert told(server.url) == NOT_PUBLIC
        assert inner.connections == 0


@pytest.mark.parametrize("status", ["404 Not Found", "403 Secret words", "500 Oops", "204 No Content", "206 Partial"])
def test_only_a_whole_answer_is_taken(serve: Callable[[Script], Server], status: str) -> None:
    assert told(serve(always(answer(b"words of the remote", status=status))).url) == NOTHING_THERE


def test_an_empty_answer_is_nothing(serve: Callable[[Script], Server]) -> None:
    assert told(serve(always(answer(b""))).url) == NOTHING_THERE


@pytest.mark.parametrize(
    "script",
    [
        always(b"SSH-2.0-OpenSSH_9\r\n\r\n"),
        always(answer(b"half")[:-2]),
        always(b""),
        lambda head, connection: connection.sendall(
            answer(status="302 Found", location=head.decode().split()[1] + "x")
        ),
    ],
    ids=["another protocol", "broken off", "silence", "round in circles"],
)
def test_an_answer_that_is_none_is_told_in_our_words(serve: Callable[[Script], Server], script: Script) -> None:
    assert told(serve(script).url) == NOT_ANSWERED


def test_a_closed_port_does_not_answer(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{port}"]
    assert told(f"http://127.0.0.1:{port}/") == NOT_ANSWERED


def test_a_server_that_drips_is_left_in_time(serve: Callable[[Script], Server]) -> None:
    def drip(_: bytes, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)  # the server's slowness is what is tested

    server = serve(drip)
    began = time.monotonic()
    assert told(server.url, deadline=0.5) == "The server at this address is too slow."
    assert time.monotonic() - began < 2


def test_every_reason_has_its_words() -> None:
    assert set(imports._SENTENCES) == set(Reason) - {Reason.TOO_LARGE}  # noqa: SLF001  # the table must be whole


def test_servers_that_do_not_answer_take_only_a_few_threads(serve: Callable[[Script], Server], photo: Photo) -> None:
    data, asked, may_answer = photo(), Semaphore(0), Event()

    def tardy(_head: bytes, connection: socket.socket) -> None:
        asked.release()
        may_answer.wait(30)
        connection.sendall(answer(data))

    server = serve(tardy)
    with ThreadPoolExecutor(imports.AT_ONCE) as pool:
        waiting = [pool.submit(imports.fetched, server.url, cap=len(data), deadline=30) for _ in range(imports.AT_ONCE)]
        assert all(asked.acquire(timeout=10) for _ in waiting)

        with pytest.raises(Throttled) as refused:
            imports.fetched(server.url, cap=len(data))

        may_answer.set()
        assert [one.result() for one in waiting] == [data] * imports.AT_ONCE
    assert refused.value.retry_after == imports.PAUSE
    assert server.connections == imports.AT_ONCE
    assert imports.fetched(server.url, cap=len(data)) == data


def test_what_is_refused_gives_its_place_back() -> None:
    for _ in range(imports.AT_ONCE + 1):
        assert told("http://127.0.0.1/") == NOT_PUBLIC
