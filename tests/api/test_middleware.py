"""Every answer carries its name, its language and its limits; every request leaves one line in the log."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from imagehub.api.middleware import origin_of
from imagehub.lib import origin

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., APIClient]


@pytest.mark.parametrize("offered", ["abc", "0123-4567", "x" * 128, "~!@#$%"])
def test_a_short_visible_name_is_echoed(api: ClientOf, offered: str) -> None:
    assert api().get("/api/echo", HTTP_X_REQUEST_ID=offered).headers["X-Request-ID"] == offered


@pytest.mark.parametrize("offered", ["", "x" * 129, "a b", "a\tb", "é", "a\x7f"])
def test_any_other_name_is_replaced(api: ClientOf, offered: str) -> None:
    made = api().get("/api/echo", HTTP_X_REQUEST_ID=offered).headers["X-Request-ID"]
    assert made != offered
    assert len(made) == 22


@pytest.mark.parametrize("path", ["/api/echo", "/api/nowhere", "/nowhere", "/api/plain/crash", "/form"])
def test_every_answer_has_a_name_and_is_not_sniffed(api: ClientOf, path: str) -> None:
    answer = api().get(path)
    assert len(answer.headers["X-Request-ID"]) == 22
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        ("/api/echo", None, "en"),
        ("/pictures/echo", None, "es"),
        ("/api/images/echo", None, "fr"),
        ("/pictures/echo", "fr", "fr"),
        ("/pictures/echo", "fr-CA, en;q=0.5", "fr"),
        ("/pictures/echo", "en", "en"),
        ("/pictures/echo", "de", "es"),
        ("/pictures/echo", "de, en;q=0.3", "en"),
        ("/pictures/echo", "*", "es"),
        ("/pictures/echo", "en;q=0", "es"),
        ("/pictures/echo", "\x00;;q=x" * 100, "es"),
        ("/api/images/echo", "es-MX", "es"),
    ],
)
def test_a_surface_speaks_the_callers_language_or_its_own(
    api: ClientOf, path: str, header: str | None, language: str
) -> None:
    headers = {} if header is None else {"Accept-Language": header}
    answer = api().get(path, headers=headers)
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_visitors_choice_of_language_does_not_reach_the_api(api: ClientOf) -> None:
    client = api()
    client.cookies["django_language"] = "fr"
    assert client.get("/pictures/echo").headers["Content-Language"] == "es"
    assert client.get("/form").headers["Content-Language"] == "fr"


def test_one_line_tells_of_each_request(api: ClientOf, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="imagehub.access"):
        api().get("/api/echo?token=canary", HTTP_X_REQUEST_ID="me")
    lines: list[dict[str, Any]] = [record.msg for record in caplog.records if record.name == "imagehub.access"]  # type: ignore[misc]  # structlog hands its event over as the message
    assert len(lines) == 1
    told = {name: lines[0][name] for name in ("event", "request_id", "method", "path", "status", "user")}
    assert told == {
        "event": "request",
        "request_id": "me",
        "method": "GET",
        "path": "/api/echo",
        "status": 200,
        "user": None,
    }
    assert "canary" not in json.dumps(lines)


@pytest.mark.parametrize(("host", "address"), [("localhost:8000", "http://localhost:8000/x"), ("evil.example", "/x")])
def test_absolute_addresses_never_come_from_a_host_that_is_not_ours(rf: Any, host: str, address: str) -> None:
    with origin.seen_as(origin_of(rf.get("/", HTTP_HOST=host))):
        assert origin.absolute("/x") == address


def test_a_configured_address_wins(rf: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://pictures.example"
    assert origin_of(rf.get("/", HTTP_HOST="evil.example")) == "https://pictures.example"


@pytest.mark.parametrize("path", ["/api/echo", "/api/nowhere", "/nowhere", "/api/plain/crash", "/form"])
def test_an_answer_that_does_not_say_otherwise_is_kept_by_nobody(api: ClientOf, path: str) -> None:
    assert api().get(path).headers["Cache-Control"] == "private, no-store"
