"""The installation as it is delivered, on MariaDB, Redis and MongoDB behind its front server."""

import asyncio
import http.client
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from websockets.asyncio.client import connect

from imagehub.images.reaper import FEW
from tests.deployed.topology import ADA, Deployment
from tests.journeys import encoded

pytestmark = [pytest.mark.server, pytest.mark.deployed]

PATIENCE = 30.0  # seconds
KEYED = {"Idempotency_Key": "once"}


async def test_an_upload_is_heard_at_the_sockets(deployment: Deployment, photo: Callable[..., bytes]) -> None:
    token = deployment.front.token(**ADA)
    address = f"ws://127.0.0.1:{deployment.front.port}/ws/events/"
    async with connect(address, subprotocols=["imagehub.v1", f"bearer.{token}"], proxy=None) as wire:  # type: ignore[list-item]  # strings are subprotocols
        async with asyncio.timeout(PATIENCE):
            hello = orjson.loads(await wire.recv())
            status, answer = await asyncio.to_thread(deployment.front.upload, token, photo())
            told = orjson.loads(await wire.recv())
    assert (hello["type"], status) == ("hello", 201)
    assert (told["type"], told["data"]["picture"]["id"]) == ("picture.created", answer["picture"]["id"])


def test_the_front_server_sends_the_files(deployment: Deployment, photo: Callable[..., bytes]) -> None:
    _status, answer = deployment.front.upload(deployment.front.token(**ADA), photo(colour="gold"))
    path = urlsplit(answer["picture"]["url"])

    assert deployment.front.call("GET", f"{path.path}?{path.query}")[0] == 200
    assert deployment.front.call("GET", f"/stored/images/users/{answer['picture']['fileName']}")[0] == 404


def test_files_from_the_front_server_say_what_our_answer_said(
    deployment: Deployment, photo: Callable[..., bytes]
) -> None:
    token = deployment.front.token(**ADA)
    _status, answer = deployment.front.hang(token, deployment.front.publish(token), photo(colour="teal"))
    address = urlsplit(answer["imageUri"]).path.replace("original.jpg", "w320.auto")
    wire = http.client.HTTPConnection(deployment.front.host, deployment.front.port, timeout=PATIENCE)
    with closing(wire):
        wire.request("GET", address, headers={"Accept": "image/webp", "X-Request-ID": "mine"})
        headers = wire.getresponse().headers

    assert (headers["Content-Type"], headers["Vary"]) == ("image/webp", "Accept")
    assert headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert (headers["X-Request-ID"], headers["X-Content-Type-Options"]) == ("mine", "nosniff")
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("repeatable", [{}, KEYED])
def test_the_front_server_refuses_as_we_do(deployment: Deployment, repeatable: dict[str, str]) -> None:
    wire = http.client.HTTPConnection(deployment.front.host, deployment.front.port, timeout=PATIENCE)
    with closing(wire):
        wire.putrequest("POST", "/api/v1/publications")
        wire.putheader("Content-Length", str(25 * 1024 * 1024))
        for name, value in repeatable.items():
            wire.putheader(name.replace("_", "-"), value)
        wire.endheaders()
        answer = wire.getresponse()
        refusal = orjson.loads(answer.read())

    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/json")
    assert (set(refusal), refusal["code"]) == ({"error", "code", "details"}, "FILE_TOO_LARGE")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("spelling", encoded.SPELLINGS)
@pytest.mark.parametrize(("server", "repeatable"), [("front", {}), ("front", KEYED), ("pages", {})])
def test_an_address_within_an_address_arrives(
    deployment: Deployment, photo: Callable[..., bytes], server: str, repeatable: dict[str, str], spelling: str
) -> None:
    token = deployment.front.token(**ADA)
    door = deployment.front if server == "front" else deployment.pages[0]

    status, answer = encoded.deletes(door, token, photo(), spelling, **repeatable)

    assert (status, answer["remainingImages"]) == (200, 0)  # type: ignore[index]  # an object, as the status says


def web_workers(port: int) -> set[int]:
    """Return the processes that were started by the one that listens on a port, to answer there."""
    serving = [
        int(place.parent.name)
        for place in Path("/proc").glob("[0-9]*/cmdline")
        if f"--port\0{port}\0".encode() in place.read_bytes()
    ]
    return {
        pid for pid in serving if int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) in serving
    }


def test_a_web_process_that_died_is_replaced_while_the_others_answer(deployment: Deployment) -> None:
    before = web_workers(deployment.pages[0].port)
    assert len(before) == 2

    os.kill(min(before), signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while len(now := web_workers(deployment.pages[0].port)) < 2 or now == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process's deed has no event to wait for

    assert deployment.front.token(**ADA)


def test_the_worker_removes_the_files_of_many_pictures(deployment: Deployment, photo: Callable[..., bytes]) -> None:
    token = deployment.front.token(**ADA)
    bearer = f"Bearer {token}"
    [user] = {deployment.front.upload(token, photo(colour="red"))[1]["picture"]["userId"] for _ in range(FEW + 1)}
    folder = deployment.folder / "storage" / "images" / "users" / user
    assert len(list(folder.iterdir())) > FEW

    assert deployment.front.call("DELETE", f"/pictures/delete-user/{user}", Authorization=bearer)[0] == 200
    deadline = time.monotonic() + PATIENCE
    while folder.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process's deed has no event to wait for
    assert deployment.front.call("GET", f"/pictures/get-user-pictures/{user}", Authorization=bearer) == (200, [])
