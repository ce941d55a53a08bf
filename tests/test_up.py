import asyncio
import http.client
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.running import PATIENCE, Up, manage, prepared

pytestmark = pytest.mark.server

ADA = {"username": "ada", "password": "a-Long-phrase-7"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def up(data: Path) -> Iterator[Up]:
    running = Up(data)
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture
def token(up: Up) -> str:
    """The way in of somebody whose pictures no other test counts."""
    name = {"username": f"person{time.monotonic_ns()}", "password": "a-Long-phrase-7"}
    up.post("/api/v1/auth/register", {**name, "email": f"{name['username']}@example.org"})
    return up.token(**name)


async def frame(wire: ClientConnection) -> dict[str, object]:
    async with asyncio.timeout(20):
        return dict(orjson.loads(await wire.recv()))


def test_it_prints_where_it_is_and_how_to_come_in(up: Up, data: Path) -> None:
    assert f"http://127.0.0.1:{up.port}/" in up.printed
    assert str(data) in up.printed
    assert "demo / imagehub-demo" in up.printed


def test_the_demo_account_has_pictures_that_can_be_seen(up: Up) -> None:
    token = up.token()
    status, me = up.call("GET", "/api/v1/auth/me", Authorization=f"Bearer {token}")
    assert status == 200
    status, pictures = up.call("GET", f"/pictures/get-user-pictures/{me['id']}", Authorization=f"Bearer {token}")
    assert (status, len(pictures)) == (200, 4)
    assert [picture["isActive"] for picture in pictures] == [True, False, False, False]
    status, content = up.call("GET", pictures[0]["url"].removeprefix(f"http://127.0.0.1:{up.port}"))
    assert (status, content[:3]) == (200, b"\xff\xd8\xff")


def test_the_demo_account_shows_publications_that_anybody_can_see(up: Up) -> None:
    status, answer = up.call("GET", "/api/v1/publications", Authorization=f"Bearer {up.token()}")
    assert status == 200
    counts = {publication["title"]: publication["imageCount"] for publication in answer["publications"]}
    assert counts == {"Cabin by the lake": 3, "Balloons over the valley": 2}
    for publication in answer["publications"]:
        status, content = up.call("GET", publication["images"][0].removeprefix(f"http://127.0.0.1:{up.port}"))
        assert (status, content[:3]) == (200, b"\xff\xd8\xff")


def test_the_demo_account_has_a_board_of_all_its_generated_images(up: Up) -> None:
    status, answer = up.call("GET", "/api/v1/boards", Authorization=f"Bearer {up.token()}")
    assert status == 200
    assert [(board["name"], board["count"]) for board in answer["boards"]] == [("Skies for the brochure", 3)]


def test_the_demo_account_has_a_library_with_edits_and_a_shared_album(up: Up) -> None:
    bearer = f"Bearer {up.token()}"
    status, answer = up.call("GET", "/api/v1/library", Authorization=bearer)
    assert (status, answer["total"]) == (200, 22)
    assert [one["title"] for one in answer["items"][:3]] == ["Shore and firs", "Valley from above", "Mill in the wind"]
    assert answer["items"][2]["contentType"] == "image/webp"
    status, answer = up.call("GET", "/api/v1/library/albums", Authorization=bearer)
    assert [(album["name"], album["count"]) for album in answer["items"]] == [("A week at the lake", 5)]
    status, answer = up.call("GET", "/api/v1/library/links", Authorization=bearer)
    assert [link["recipient"] for link in answer["items"]] == ["Whoever comes along"]


def test_no_server_names_itself_and_socket_queries_reach_no_log(up: Up) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", up.port, timeout=20)
    connection.request("GET", "/api/v1/auth/me")
    response = connection.getresponse()
    assert response.status == 401
    assert response.headers.get("Server") is None
    connection.close()

    async def ask() -> int | None:
        async with connect(f"ws://127.0.0.1:{up.port}/ws/events/?token=canary-in-query", proxy=None) as wire:
            await wire.wait_closed()
            return wire.close_code

    assert asyncio.run(ask()) == 4401
    assert not any("canary-in-query" in line for line in up.log)


def test_an_upload_is_told_to_an_open_socket_within_a_moment(up: Up, token: str, photo: Callable[..., bytes]) -> None:
    async def listen() -> list[float]:
        offers = ["imagehub.v1", f"bearer.{token}"]
        delays = []
        async with connect(f"ws://127.0.0.1:{up.port}/ws/events/", subprotocols=offers, proxy=None) as wire:  # type: ignore[arg-type]  # strings are subprotocols
            assert (await frame(wire))["type"] == "hello"
            for number in range(5):
                picture = photo(size=(80 + number, 60))
                status, answer = await asyncio.to_thread(up.upload, token, picture)
                answered = time.monotonic()
                told = await frame(wire)
                delays.append(time.monotonic() - answered)
                assert (status, told["type"]) == (201, "picture.created")
                assert answer["picture"]["id"] in str(told["data"])
        return delays

    delays = asyncio.run(listen())
    assert sorted(delays)[len(delays) // 2] < 5


def test_a_second_start_on_the_same_data_says_so(up: Up, data: Path) -> None:
    second = manage(data, "up", "--port", "0")
    assert second.returncode == 1
    assert f"already running on this data folder (process {up.process.pid})" in second.stderr


def test_a_port_that_is_taken_is_said_so(up: Up, tmp_path: Path) -> None:
    second = manage(tmp_path, "up", "--port", str(up.port))
    assert second.returncode == 1
    assert f"Port {up.port} on 127.0.0.1 can't be used: Address already in use." in second.stderr


def test_a_body_that_is_too_long_is_refused_at_once(up: Up) -> None:
    with socket.create_connection(("127.0.0.1", up.port), 20) as wire:
        wire.sendall(
            b"POST /pictures/create-picture HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 300000000\r\n\r\n" + b"x" * 100_000
        )
        answer = b"".join(iter(lambda: wire.recv(100_000), b""))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"FILE_TOO_LARGE"' in answer


def test_a_body_that_grows_too_long_is_refused_while_it_arrives(up: Up) -> None:
    with socket.create_connection(("127.0.0.1", up.port), 20) as wire:
        wire.sendall(b"POST /api/v1/auth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        with suppress(OSError):
            for _ in range(26):
                wire.sendall(piece)
        answer = wire.recv(100_000)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_two_hundred_slow_senders_keep_nobody_waiting(up: Up, token: str, photo: Callable[..., bytes]) -> None:
    wires = [socket.create_connection(("127.0.0.1", up.port), 20) for _ in range(200)]
    head = b"POST /pictures/create-picture HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nx"
    for wire in wires:
        wire.sendall(head)
    try:
        started = time.monotonic()
        assert up.upload(token, photo())[0] == 201
        assert time.monotonic() - started < PATIENCE
    finally:
        for wire in wires:
            wire.close()


def test_it_stops_cleanly_and_starts_again_with_everything_there(tmp_path: Path, photo: Callable[..., bytes]) -> None:
    data = prepared(tmp_path)
    up = Up(data, "--no-demo")
    up.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
    token = up.token(**ADA)
    status, answer = up.upload(token, photo(size=(99, 77)))
    assert status == 201
    codes: list[int | None] = []

    async def listen(ready: threading.Event) -> None:
        offers = ["imagehub.v1", f"bearer.{token}"]
        async with connect(f"ws://127.0.0.1:{up.port}/ws/events/", subprotocols=offers, proxy=None) as wire:  # type: ignore[arg-type]  # likewise
            await frame(wire)
            ready.set()
            await wire.wait_closed()
            codes.append(wire.close_code)

    ready = threading.Event()
    listener = threading.Thread(target=lambda: asyncio.run(listen(ready)))
    listener.start()
    assert ready.wait(20)
    asked = time.monotonic()
    assert up.end(signal.SIGTERM) == 0
    assert time.monotonic() - asked < PATIENCE
    listener.join(20)
    assert codes == [1012]
    again = Up(data, "--no-demo")
    assert again.seconds < PATIENCE  # 4 s on an idle machine
    found = again.call(
        "GET", f"/pictures/get-active-picture/{answer['picture']['userId']}", Authorization=f"Bearer {token}"
    )
    assert (found[0], found[1]["id"]) == (200, answer["picture"]["id"])
    assert again.end(signal.SIGINT) == 0


def test_without_demo_nobody_is_made(tmp_path: Path) -> None:
    running = Up(prepared(tmp_path), "--no-demo")
    assert "demo" not in running.printed.replace(str(tmp_path), "")
    refused = running.call(
        "POST",
        "/api/v1/auth/token",
        orjson.dumps({"username": "demo", "password": "imagehub-demo"}),
        Content_Type="application/json",
    )
    assert (refused[0], refused[1]["code"]) == (401, "INVALID_CREDENTIALS")
    assert running.end() == 0
