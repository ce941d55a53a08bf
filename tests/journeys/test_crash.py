"""The whole product killed in the middle of its work, again and again, and what must still be true.

Pictures and generated images come at the same time; what was generated and not acknowledged is sent again.

With `CRASH_ROUNDS=50` in the environment this is the long form.
"""

import base64
import hashlib
import http.client
import itertools
import json
import os
import random
import signal
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.build import encoded, photo, picture
from tests.running import PATIENCE, Up, manage, prepared

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "4"))
WRITERS = 2  # of each kind
ADA = {"username": "ada", "password": "a-Long-phrase-7"}


def _upload_until_it_dies(
    up: Up, token: str, acknowledged: list[dict[str, Any]], seed: int, under_way: threading.Event
) -> None:
    for number in range(10_000):
        try:
            status, answer = up.upload(token, photo(seed * 10_000 + number, side=90))
        except (OSError, http.client.HTTPException):
            return
        assert status == 201, answer
        acknowledged.append(answer["picture"])
        under_way.set()


def _generate(up: Up, token: str, key: str) -> str:
    """Send the generated image of an idempotency key, and return the id that it got."""
    size = 20 + sum(key.encode()) % 40  # some are optimised before the answer, some after it
    data = encoded(picture(size=(size * 8, size * 8)), "PNG", compress_level=1)
    body = json.dumps({"prompt": key, "imageData": base64.b64encode(data).decode()}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/json", "Idempotency_Key": key}
    status, answer = up.call("POST", "/api/images", body, **headers)
    assert status == 201, answer
    return str(answer["data"]["image_id"])


def _generate_until_it_dies(up: Up, token: str, sent: dict[str, str | None], seed: int) -> None:
    for number in range(10_000):
        key = f"boat-{seed}-{number}"
        sent[key] = None
        try:
            sent[key] = _generate(up, token, key)
        except (OSError, http.client.HTTPException):
            return


def _kill_while_it_is_busy(
    up: Up, acknowledged: list[dict[str, Any]], sent: dict[str, str | None], number: int
) -> None:
    token = up.token(**ADA)
    seeds = range(number * WRITERS, (number + 1) * WRITERS)
    under_way = threading.Event()
    writers = [
        *(threading.Thread(target=_upload_until_it_dies, args=(up, token, acknowledged, s, under_way)) for s in seeds),
        *(threading.Thread(target=_generate_until_it_dies, args=(up, token, sent, s)) for s in seeds),
    ]
    for writer in writers:
        writer.start()
    assert under_way.wait(60)
    time.sleep(random.uniform(0, 1.2))  # noqa: S311  # any moment of their work, and no secret
    up.end(signal.SIGKILL)
    for writer in writers:
        writer.join(30)


@pytest.mark.server
def test_no_acknowledged_upload_is_lost_however_often_it_is_killed(tmp_path: Path) -> None:
    up = Up(prepared(tmp_path), "--no-demo")
    user = up.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
    starts, acknowledged, sent = [], list[dict[str, Any]](), dict[str, str | None]()
    for number in range(ROUNDS):
        _kill_while_it_is_busy(up, acknowledged, sent, number)
        up = Up(tmp_path, "--no-demo")
        starts.append(up.seconds)
    bearer = f"Bearer {up.token(**ADA)}"
    _, pictures = up.call("GET", f"/pictures/get-user-pictures/{user['id']}", Authorization=bearer)
    kept = {picture["id"]: picture for picture in pictures}

    assert acknowledged
    assert {picture["id"] for picture in acknowledged} <= set(kept)
    assert [picture["isActive"] for picture in kept.values()].count(True) == 1
    assert all(_stored_bytes(up, picture) == picture["size"] for picture in kept.values())
    again = _repeated(up, sent)
    assert _images_of(up, bearer) == again
    assert max(starts) < PATIENCE  # 4 s on an idle machine
    assert up.end() == 0
    assert manage(tmp_path, "doctor", "--repair", "--min-age", "0").returncode == 0
    assert manage(tmp_path, "doctor", "--min-age", "0").returncode == 0
    objects = [path for path in (tmp_path / "storage" / "images" / "users").rglob("*") if path.is_file()]
    assert len(objects) == len(kept)
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in objects}) == len(kept)
    assert len(list((tmp_path / "storage" / "images" / user["id"]).iterdir())) == len(again)


def _repeated(up: Up, sent: dict[str, str | None]) -> dict[str, str]:
    """Send everything again; what was acknowledged has to be answered as before. Return prompts by id."""
    token = up.token(**ADA)
    again = {key: _generate(up, token, key) for key in sent}
    assert [key for key, image_id in sent.items() if image_id] != []
    assert {key: image_id for key, image_id in sent.items() if image_id}.items() <= again.items()
    return {image_id: key for key, image_id in again.items()}


def _images_of(up: Up, bearer: str) -> dict[str, str]:
    """Return the prompts of the whole library by id."""
    images: dict[str, str] = {}
    for page in itertools.count(1):
        _, answer = up.call("GET", f"/api/images?limit=100&page={page}", Authorization=bearer)
        images |= {image["image_id"]: image["prompt"] for image in answer["data"]["images"]}
        if page >= answer["data"]["pagination"]["pages"]:
            break
    assert len(images) == answer["data"]["pagination"]["total"]
    return images


def _stored_bytes(up: Up, picture: dict[str, Any]) -> int:
    address = urllib.parse.urlsplit(picture["url"])
    status, body = up.call("GET", f"{address.path}?{address.query}")
    assert status == 200, body
    return len(body)
