"""The whole product killed in the middle of its work, again and again, and what must still be true.

With `CRASH_ROUNDS=50` in the environment this is the long form.
"""

import hashlib
import http.client
import os
import random
import signal
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.build import photo
from tests.running import Up, manage

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "4"))
WRITERS = 4
ADA = {"username": "ada", "password": "a-Long-phrase-7"}


def _upload_until_it_dies(up: Up, token: str, acknowledged: list[dict[str, Any]], seed: int) -> None:
    for number in range(10_000):
        try:
            status, answer = up.upload(token, photo(seed * 10_000 + number, side=90))
        except (OSError, http.client.HTTPException):
            return
        assert status == 201, answer
        acknowledged.append(answer["picture"])


def _kill_while_it_is_busy(up: Up, acknowledged: list[dict[str, Any]], number: int) -> None:
    token = up.token(**ADA)
    writers = [
        threading.Thread(target=_upload_until_it_dies, args=(up, token, acknowledged, number * WRITERS + n))
        for n in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    time.sleep(random.uniform(0.2, 1.5))  # noqa: S311  # any moment of their work, and no secret
    up.end(signal.SIGKILL)
    for writer in writers:
        writer.join(30)


@pytest.mark.server
def test_no_acknowledged_upload_is_lost_however_often_it_is_killed(tmp_path: Path) -> None:
    up = Up(tmp_path, "--no-demo")
    user = up.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
    starts, acknowledged = [], list[dict[str, Any]]()
    for number in range(ROUNDS):
        _kill_while_it_is_busy(up, acknowledged, number)
        up = Up(tmp_path, "--no-demo")
        starts.append(up.seconds)
    bearer = f"Bearer {up.token(**ADA)}"
    _, pictures = up.call("GET", f"/pictures/get-user-pictures/{user['id']}", Authorization=bearer)
    kept = {picture["id"]: picture for picture in pictures}

    assert acknowledged
    assert {picture["id"] for picture in acknowledged} <= set(kept)
    assert [picture["isActive"] for picture in kept.values()].count(True) == 1
    assert all(_stored_bytes(up, picture) == picture["size"] for picture in kept.values())
    assert max(starts) < 10
    assert up.end() == 0
    assert manage(tmp_path, "doctor", "--repair", "--min-age", "0").returncode == 0
    assert manage(tmp_path, "doctor", "--min-age", "0").returncode == 0
    objects = [path for path in (tmp_path / "storage" / "images" / "users").rglob("*") if path.is_file()]
    assert len(objects) == len(kept)
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in objects}) == len(kept)


def _stored_bytes(up: Up, picture: dict[str, Any]) -> int:
    address = urllib.parse.urlsplit(picture["url"])
    status, body = up.call("GET", f"{address.path}?{address.query}")
    assert status == 200, body
    return len(body)
