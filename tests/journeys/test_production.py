"""The production of the README: the very commands and the front server that it gives, on MariaDB and Redis."""

import asyncio
import http.client
import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from websockets.asyncio.client import connect

from imagehub.images.reaper import FEW
from tests import servers
from tests.journeys import encoded
from tests.programs import required, without
from tests.running import Client, manage, plain_environment

pytestmark = pytest.mark.server

PATIENCE = 30.0  # seconds
ADA = {"username": "ada", "password": "a-Long-phrase-7"}


@dataclass(frozen=True)
class Production:
    """One installation as seen through its front server, its pages as seen without, and where it keeps its files."""

    front: Client
    pages: Client
    storage: Path


def readme() -> str:
    return Path("README.md").read_text(encoding="utf-8")


def documented(folder: Path, ports: dict[str, int]) -> list[list[str]]:
    """Return the commands of the README, on our ports and with a folder of ours."""
    found = re.search(r"background work \(.*?```sh\n(.*?)```", readme(), re.DOTALL)
    assert found
    told = found[1].replace("\\\n", " ").replace("/var/lib/imagehub", str(folder))
    told = re.sub(r"--port (\d+)", lambda port: f"--port {ports[port[1]]}", told)
    return [shlex.split(line.replace(".venv/bin", str(Path(sys.executable).parent))) for line in told.splitlines()]


def front(folder: Path, ports: dict[str, int], listen: int) -> str:
    """Return the front server's configuration as it is delivered, filled in."""
    told = Path("deploy/nginx/default.conf.template").read_text(encoding="utf-8")
    places = {"PAGES": f"127.0.0.1:{ports['8000']}", "SOCKETS": f"127.0.0.1:{ports['8001']}"}
    return fill(told, {**places, "LISTEN": f"127.0.0.1:{listen}", "STORED": str(folder / "storage")})


def fill(template: str, values: dict[str, str]) -> str:
    """Put values for names as envsubst does."""
    return re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]], template)


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder),
        "SECRET_KEY": "for-production-" + "x" * 50,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ACCEL_REDIRECT": "/stored",
        "TRUSTED_PROXIES": "1",
    }


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    for module in ("MySQLdb", "granian"):
        if not find_spec(module):
            without(f"{module} is not installed")
    for program in ("mariadb-install-db", "mariadbd", "redis-server", "nginx"):
        required(program)
    folder = tmp_path_factory.mktemp("data")
    ports = {"8000": servers.free_port(), "8001": servers.free_port()}
    with ExitStack() as stack:
        shared = {**stack.enter_context(servers.mariadb()), **stack.enter_context(servers.redis())}
        port = servers.free_port()
        stack.enter_context(servers.nginx(front(folder, ports, port), port))
        shared = plain_environment() | shared | environment(folder, port)
        servers.make_database(shared["DATABASE_URL"], "imagehub")
        for command in (("migrate",), ("collectstatic", "--noinput")):
            done = manage(folder, *command, **shared)
            assert (done.returncode, done.stderr) == (0, "")
        pages, sockets, worker = documented(folder, ports)
        stack.enter_context(servers.running(worker, lambda: True, shared))
        stack.enter_context(servers.running(pages, lambda: servers.listens(ports["8000"]), shared))
        stack.enter_context(servers.running(sockets, lambda: servers.listens(ports["8001"]), shared))
        made = Production(Client("127.0.0.1", port), Client("127.0.0.1", ports["8000"]), folder / "storage")
        made.front.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
        yield made


async def test_an_upload_is_heard_at_the_sockets(production: Production, photo: Callable[..., bytes]) -> None:
    token = production.front.token(**ADA)
    address = f"ws://127.0.0.1:{production.front.port}/ws/events/"
    async with connect(address, subprotocols=["imagehub.v1", f"bearer.{token}"], proxy=None) as wire:  # type: ignore[list-item]  # strings are subprotocols
        async with asyncio.timeout(PATIENCE):
            hello = orjson.loads(await wire.recv())
            status, answer = await asyncio.to_thread(production.front.upload, token, photo())
            told = orjson.loads(await wire.recv())
    assert (hello["type"], status) == ("hello", 201)
    assert (told["type"], told["data"]["picture"]["id"]) == ("picture.created", answer["picture"]["id"])


def test_the_front_server_sends_the_files(production: Production, photo: Callable[..., bytes]) -> None:
    _status, answer = production.front.upload(production.front.token(**ADA), photo(colour="gold"))
    path = urlsplit(answer["picture"]["url"])

    assert production.front.call("GET", f"{path.path}?{path.query}")[0] == 200
    assert production.front.call("GET", f"/stored/images/users/{answer['picture']['fileName']}")[0] == 404


def test_files_from_the_front_server_say_what_our_answer_said(
    production: Production, photo: Callable[..., bytes]
) -> None:
    token = production.front.token(**ADA)
    _status, answer = production.front.hang(token, production.front.publish(token), photo(colour="teal"))
    address = urlsplit(answer["imageUri"]).path.replace("original.jpg", "w320.auto")
    wire = http.client.HTTPConnection(production.front.host, production.front.port, timeout=PATIENCE)
    with closing(wire):
        wire.request("GET", address, headers={"Accept": "image/webp", "X-Request-ID": "mine"})
        headers = wire.getresponse().headers

    assert (headers["Content-Type"], headers["Vary"]) == ("image/webp", "Accept")
    assert headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert (headers["X-Request-ID"], headers["X-Content-Type-Options"]) == ("mine", "nosniff")
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_front_server_refuses_as_we_do(production: Production) -> None:
    wire = http.client.HTTPConnection(production.front.host, production.front.port, timeout=PATIENCE)
    with closing(wire):
        wire.putrequest("POST", "/api/v1/publications")
        wire.putheader("Content-Length", str(25 * 1024 * 1024))
        wire.endheaders()
        answer = wire.getresponse()
        refusal = orjson.loads(answer.read())

    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/json")
    assert (set(refusal), refusal["code"]) == ({"error", "code", "details"}, "FILE_TOO_LARGE")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("spelling", encoded.SPELLINGS)
@pytest.mark.parametrize("server", ["front", "pages"])
def test_an_address_within_an_address_arrives(
    production: Production, photo: Callable[..., bytes], server: str, spelling: str
) -> None:
    token = production.front.token(**ADA)

    status, answer = encoded.deletes(getattr(production, server), token, photo(), spelling)

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


def test_a_web_process_that_died_is_replaced_while_the_others_answer(production: Production) -> None:
    before = web_workers(production.pages.port)
    assert len(before) == 2

    os.kill(min(before), signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while len(now := web_workers(production.pages.port)) < 2 or now == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process's deed has no event to wait for

    assert production.front.token(**ADA)


def test_the_worker_removes_the_files_of_many_pictures(production: Production, photo: Callable[..., bytes]) -> None:
    token = production.front.token(**ADA)
    bearer = f"Bearer {token}"
    [user] = {production.front.upload(token, photo(colour="red"))[1]["picture"]["userId"] for _ in range(FEW + 1)}
    folder = production.storage / "images" / "users" / user
    assert len(list(folder.iterdir())) > FEW

    assert production.front.call("DELETE", f"/pictures/delete-user/{user}", Authorization=bearer)[0] == 200
    deadline = time.monotonic() + PATIENCE
    while folder.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process's deed has no event to wait for
    assert production.front.call("GET", f"/pictures/get-user-pictures/{user}", Authorization=bearer) == (200, [])
