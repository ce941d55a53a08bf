"""One event a line, and never a secret in it."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from accounts.keys import PREFIX
from imagehub.lib import logs
from imagehub.lib.redaction import redacted

CANARY = "c4n4ry-3f9a1b7d5e"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c4n4ry-3f9a1b7d5e"


@pytest.fixture
def lines(written: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    """Read what the configured formatter writes, as JSON."""
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


SECRETS: dict[str, Any] = {
    "by its name": {"password": CANARY},
    "by a compound name": {"new_password": CANARY, "X-Api-Key": CANARY, "access_token": CANARY},
    "deep inside": {"body": {"list": [{"secret": CANARY}]}},
    "in a header": {"headers": {"Authorization": f"Bearer {CANARY}", "Cookie": f"sessionid={CANARY}"}},
    "in a query": {"url": f"/i/x/original.jpg?exp=1&sig={CANARY}"},
    "in a longer query": {"url": f"/ws?access_token={CANARY}&a=b"},
    "a bearer in a sentence": {"note": f"sent Authorization: Bearer {CANARY} to us"},
    "a token anywhere": {"note": f"got {JWT}!"},
    "in JSON text": {"note": f'{{"refresh": "{CANARY}"}}'},
    "in a dictionary's text": {"note": f"{{'password': '{CANARY}'}}"},
    "an API key anywhere": {"note": f"got {PREFIX}{CANARY}!"},
    "in an address": {"url": f"redis://user:{CANARY}@host:6379/0"},
    "as bytes": {"note": f"token={CANARY}".encode()},
    "an object's text": {"note": ValueError(f"token={CANARY}")},
}


@pytest.mark.parametrize("event", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_gone(event: dict[str, Any]) -> None:
    assert CANARY not in str(redacted(event))


@pytest.mark.parametrize(
    "event",
    [
        {"event": "request", "path": "/pictures/x", "status": 200, "ms": 1.5, "user": None},
        {"key_count": 3, "monkey": "see", "path": "/api/keys"},
        {"note": "the token was refused"},
        {"url": "https://example.org/a?size=80&d=404"},
    ],
)
def test_everything_else_stays(event: dict[str, Any]) -> None:
    assert redacted(event) == event


def test_a_line_is_one_json_object_with_its_context(lines: Callable[[], list[dict[str, Any]]]) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("ours").info("made\nof two lines", count=2)
        logging.getLogger("theirs").warning("token=%s", CANARY)
    first, second = lines()
    assert (first["event"], first["count"], first["request_id"], first["level"], first["logger"]) == (
        "made\nof two lines",
        2,
        "r1",
        "info",
        "ours",
    )
    assert (second["event"], second["request_id"]) == ("token=[redacted]", "r1")
    assert first["timestamp"].endswith("Z")


@pytest.mark.parametrize("logger", ["ours", "theirs"])
def test_a_trace_keeps_its_frames_and_loses_its_secrets(lines: Callable[[], list[dict[str, Any]]], logger: str) -> None:
    loggers = {"ours": structlog.get_logger("ours"), "theirs": logging.getLogger("theirs")}
    try:
        int(f"password={CANARY}")
    except ValueError:
        loggers[logger].exception("failed")
    (line,) = lines()
    assert "test_logs.py" in line["exception"]
    assert "password=[redacted]" in line["exception"]
    assert CANARY not in json.dumps(line)


@pytest.mark.parametrize(
    ("logger", "level"),
    [
        ("celery", "WARNING"),
        ("kombu", "WARNING"),
        ("channels_redis", "CRITICAL"),
        ("django.security.DisallowedHost", "CRITICAL"),
    ],
)
def test_the_machinery_keeps_quiet(logger: str, level: str) -> None:
    loggers = logs.configuration(level="INFO", style="json")["loggers"]
    assert loggers[logger] == {"handlers": [], "level": level}
