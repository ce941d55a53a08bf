"""The whole product tells another service what happens, though that one is slow, away, and the product is killed."""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.build import photo
from tests.running import Up, prepared
from tests.servers import free_port
from tests.webhooks.receiver import Received, receiving

ADA = {"username": "ada", "password": "a-Long-phrase-7"}

pytestmark = pytest.mark.server


def _up(data: Path) -> Up:
    return Up(data, "--no-demo", OUTBOUND_ALLOW="127.0.0.1:*")


def _uploaded(up: Up, token: str, seed: int) -> str:
    status, answer = up.upload(token, photo(seed, side=90))
    assert status == 201, answer
    return str(answer["picture"]["id"])


def _told_of(messages: list[Received], secret: str) -> set[str]:
    said: list[dict[str, Any]] = [message.read_with(secret) for message in messages]
    return {one["data"]["picture"]["id"] for one in said if one["type"] == "picture.created"}


def test_every_upload_is_told_however_bad_the_day(tmp_path: Path) -> None:
    port = free_port()
    up = _up(prepared(tmp_path))
    up.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
    token = up.token(**ADA)
    wish = {"url": f"http://127.0.0.1:{port}/hook", "events": ["picture.created"]}
    secret = up.post("/api/v1/webhooks", wish, Authorization=f"Bearer {token}")["secret"]

    with receiving(port) as receiver:
        receiver.pause.clear()
        uploaded = {_uploaded(up, token, 1)}
        first = receiver.wait_for(1)  # it came by itself, and has no answer yet
        uploaded.add(_uploaded(up, token, 2))
        receiver.pause.set()
        assert _told_of(receiver.wait_for(2), secret) == uploaded

    uploaded.add(_uploaded(up, token, 3))  # nobody listens
    up.end(signal.SIGKILL)
    with receiving(port) as receiver:
        up = _up(tmp_path)
        again = receiver.wait_for(1)
        assert _told_of([*first, *again], secret) < uploaded
        assert up.end() == 0
