"""The whole product killed in the middle of its work, again and again, and what must still be true.

`CRASH_ROUNDS=50 make crash` runs the long form.
"""

import hashlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.http import free_port, photo
from tests.benchmarks.load import multipart

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "4"))
WRITERS = 4
MULTIPART = {"Content-Type": "multipart/form-data; boundary=frontier"}


@dataclass
class Product:
    """A real `manage.py up` on a data folder of its own."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        settings = {"DJANGO_SETTINGS_MODULE": "imagehub.settings", "DATA_DIR": str(self.data)}
        return os.environ | settings | {"THROTTLING": "off", "LOG_LEVEL": "WARNING"}

    def start(self) -> float:
        """Start it and return the seconds until it answers."""
        started = time.monotonic()
        command = [sys.executable, "manage.py", "up", "--no-demo", "--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)
        while time.monotonic() - started < 60:
            assert self.process.poll() is None, "it ended instead of serving"
            with suppress(OSError):
                if self.call("GET", "/api/schema")[0] == 200:
                    return time.monotonic() - started
            threading.Event().wait(0.05)
        raise TimeoutError("it does not answer")

    def end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(30)

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        status, answer = self.call("POST", path, json.dumps(body).encode(), Content_Type="application/json")
        assert status in (200, 201), answer
        return dict(json.loads(answer))

    def doctor(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "doctor", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    running = Product(tmp_path)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.end(signal.SIGKILL)


def _upload_until_it_dies(product: Product, token: str, acknowledged: list[dict[str, Any]], seed: int) -> None:
    for number in range(10_000):
        body = multipart(photo(seed * 10_000 + number, side=90))
        try:
            status, answer = product.call(
                "POST", "/pictures/create-picture", body, Authorization=f"Bearer {token}", **_form()
            )
        except (OSError, http.client.HTTPException):
            return
        assert status == 201, answer
        acknowledged.append(json.loads(answer)["picture"])


def _form() -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in MULTIPART.items()}


def _round(product: Product, token: str, acknowledged: list[dict[str, Any]], number: int) -> None:
    writers = [
        threading.Thread(target=_upload_until_it_dies, args=(product, token, acknowledged, number * WRITERS + n))
        for n in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    threading.Event().wait(random.uniform(0.2, 1.5))  # noqa: S311  # a moment, not a secret
    product.end(signal.SIGKILL)
    for writer in writers:
        writer.join(30)


@pytest.mark.server
def test_no_acknowledged_upload_is_lost_however_often_it_is_killed(product: Product) -> None:
    product.start()
    user = product.post(
        "/api/v1/auth/register", {"username": "ada", "email": "ada@example.org", "password": "a-Long-phrase-7"}
    )
    starts, acknowledged = [], list[dict[str, Any]]()
    for number in range(ROUNDS):
        token = product.post("/api/v1/auth/token", {"username": "ada", "password": "a-Long-phrase-7"})["access"]
        _round(product, token, acknowledged, number)
        starts.append(product.start())
    token = product.post("/api/v1/auth/token", {"username": "ada", "password": "a-Long-phrase-7"})["access"]
    _, answer = product.call("GET", f"/pictures/get-user-pictures/{user['id']}", Authorization=f"Bearer {token}")
    kept = {picture["id"]: picture for picture in json.loads(answer)}

    assert acknowledged
    assert {picture["id"] for picture in acknowledged} <= set(kept)
    assert [picture["isActive"] for picture in kept.values()].count(True) == 1
    assert all(_stored_bytes(product, picture) == picture["size"] for picture in kept.values())
    assert max(starts) < 10
    product.end(signal.SIGTERM)
    assert product.doctor("--repair", "--min-age", "0").returncode == 0
    assert product.doctor("--min-age", "0").returncode == 0
    objects = [path for path in (product.data / "storage" / "images" / "users").rglob("*") if path.is_file()]
    assert len(objects) == len(kept)
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in objects}) == len(kept)


def _stored_bytes(product: Product, picture: dict[str, Any]) -> int:
    address = urllib.parse.urlsplit(picture["url"])
    status, body = product.call("GET", f"{address.path}?{address.query}")
    assert status == 200, body
    return len(body)
