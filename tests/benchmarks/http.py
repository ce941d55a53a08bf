"""List, upload and avatar through the whole stack, against the plainest DRF views on the same server."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.benchmarks.load import encoded, get, rate, upload
from tests.benchmarks.report import Measure, in_turn
from tests.corpus import build
from tests.corpus.build import photo
from tests.corpus.scenes import scene
from tests.running import MULTIPART, multipart
from tests.servers import free_port

PASSWORD = "correct-horse-battery"  # of an account that lives for a minute
CLIENTS = 8


def measures() -> Iterator[Measure]:
    """Serve both for as long as it takes; yield each measure as it is ready."""
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        plain = os.environ | {"PLAIN_FOLDER": theirs}
        token = subprocess.check_output(_python("tests.benchmarks.plain", "20"), env=plain, text=True).strip()
        hub = os.environ | {"DATA_DIR": ours, "THROTTLING": "off", "LOG_LEVEL": "WARNING"}
        subprocess.check_call([sys.executable, "manage.py", "migrate", "-v0"], env=hub)
        with (
            served("imagehub.wsgi:application", hub) as port,
            served("tests.benchmarks.plain:application", plain) as other,
        ):
            yield from _compare(port, other, _bearer(token))


def _compare(port: int, other: int, plain: dict[str, str]) -> Iterator[Measure]:
    user, mine = _register(port)
    yield _lists(port, other, user, (mine, plain))
    yield _avatars(port, other, user, plain)
    yield _uploads(port, other, (mine, plain))
    yield _generated(port, other, (mine, plain))


def _lists(port: int, other: int, user: str, heads: tuple[dict[str, str], dict[str, str]]) -> Measure:
    for number in range(20):
        _post(port, "/pictures/create-picture", multipart(photo(number, side=64)), heads[0])
    path = f"/pictures/get-user-pictures/{user}"
    figures = in_turn(
        lambda: rate(port, get(path, heads[0]), requests=600, clients=CLIENTS, expected=200),
        lambda: rate(other, get("/photos", heads[1]), requests=400, clients=CLIENTS, expected=200),
    )
    return Measure("list of 20 pictures, JWT", "ModelSerializer + simplejwt", "req/s", *figures, ">= 2.5")


def _avatars(port: int, other: int, user: str, plain: dict[str, str]) -> Measure:
    figures = in_turn(
        lambda: rate(port, get(f"/avatar/{user}?s=128", {}), requests=800, clients=CLIENTS, expected=200),
        lambda: rate(other, get("/photos", plain), requests=400, clients=CLIENTS, expected=200),
    )
    return Measure("avatar 128 px, stored", "the same plain list view", "req/s", *figures, "-")


def _uploads(port: int, other: int, heads: tuple[dict[str, str], dict[str, str]]) -> Measure:
    ours = upload("/pictures/create-picture", heads[0], Distinct(photo(1, side=760)))
    theirs = upload("/upload", heads[1], Distinct(photo(1, side=760)))
    figures = in_turn(
        lambda: rate(port, ours, requests=100, clients=CLIENTS, expected=201),
        lambda: rate(other, theirs, requests=100, clients=CLIENTS, expected=201),
    )
    return Measure("upload of a 200 KB JPEG", "decode fully and save", "req/s", *figures, ">= 0.8")


def _generated(port: int, other: int, heads: tuple[dict[str, str], dict[str, str]]) -> Measure:
    picture = build.encoded(scene(2).resize((1024, 1024)), "PNG")
    figures = in_turn(
        lambda: rate(port, encoded("/api/images", heads[0], picture), requests=40, clients=CLIENTS, expected=201),
        lambda: rate(other, encoded("/encoded", heads[1], picture), requests=40, clients=CLIENTS, expected=201),
    )
    size = f"{len(picture) / 1_000_000:.1f} MB"
    return Measure(f"generated PNG, 1024 px, {size}", "decode fully and save", "req/s", *figures, ">= 0.8")


class Distinct:
    """The same picture with another comment each time, so that no two uploads are the same bytes."""

    def __init__(self, base: bytes) -> None:
        self.base = base

    def __call__(self, number: int) -> bytes:
        """Return the picture with `number` in a comment segment."""
        comment = f"{number}-{time.monotonic_ns()}".encode()
        return self.base[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + self.base[2:]


def _register(port: int) -> tuple[str, dict[str, str]]:
    who = {"username": "bench", "email": "bench@example.org", "password": PASSWORD}
    user = _json(port, "/api/v1/auth/register", who)
    tokens = _json(port, "/api/v1/auth/token", {"username": "bench", "password": PASSWORD})
    return user["id"], _bearer(tokens["access"])


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _json(port: int, path: str, body: dict[str, str]) -> dict[str, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310  # our own server
        return dict(json.load(response))


def _post(port: int, path: str, body: bytes, headers: dict[str, str]) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers | {"Content-Type": MULTIPART})
    urllib.request.urlopen(request).close()  # noqa: S310  # our own server


@contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[int]:
    """Serve a WSGI application with one worker of the server recommended for production."""
    port = free_port()
    command = _python(
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "8",
        "--no-access-log",
        "--log-level",
        "error",
        application,
    )
    process = subprocess.Popen(command, env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(1200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")
