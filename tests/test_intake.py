import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings

from imagehub import intake
from imagehub.intake import Intake

Message = dict[str, Any]


class Wire:
    """A client that sends these messages, and keeps what it is answered."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._messages = iter(messages)
        self.answers: list[Message] = []

    async def receive(self) -> Message:
        for message in self._messages:
            return message
        await asyncio.Event().wait()
        return {}

    async def send(self, message: Any) -> None:
        self.answers.append(dict(message))


class App:
    """Reads a request to its end and keeps it."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[bytes, bytes], bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.requests.append((dict(scope["headers"]), body))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


def piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def scope(**headers: str) -> Message:
    return {
        "type": "http",
        "path": "/api/v1/x",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


async def serve(wire: Wire, request: Message) -> App:
    app = App()
    await Intake(app)(request, wire.receive, wire.send)
    return app


async def test_a_body_without_length_is_handed_on_with_its_true_one() -> None:
    wire = Wire([piece(b"ab", more=True), piece(b"cde")])
    app = await serve(wire, scope(transfer_encoding="chunked", host="here"))
    assert app.requests == [({b"host": b"here", b"content-length": b"5"}, b"abcde")]
    assert wire.answers[-1]["body"] == b"ok"


async def test_a_large_body_arrives_whole() -> None:
    body = bytes(range(256)) * 4096 * 3
    app = await serve(Wire([piece(body[:1_000_000], more=True), piece(body[1_000_000:])]), scope(content_length="1"))
    assert app.requests[0][1] == body


async def test_names_that_would_pass_for_other_headers_are_dropped() -> None:
    request = scope()
    request["headers"] = [(b"x_forwarded_proto", b"https"), (b"x-forwarded-for", b"1.2.3.4")]
    app = await serve(Wire([piece(b"")]), request)
    assert app.requests == [({b"x-forwarded-for": b"1.2.3.4"}, b"")]


async def test_a_client_that_leaves_half_way_has_asked_nothing() -> None:
    wire = Wire([piece(b"half", more=True), {"type": "http.disconnect"}])
    app = await serve(wire, scope(content_length="100"))
    assert (app.requests, wire.answers) == ([], [])


@pytest.mark.parametrize("announced", [{"content_length": "99999999999"}, {"transfer_encoding": "chunked"}])
async def test_a_body_that_is_too_long_is_handed_on_as_its_length_alone(
    announced: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LINGER", 0.01)
    half = b"x" * (settings.LARGEST_BODY // 2 + 1)
    app = await serve(Wire([piece(half, more=True), piece(half)]), scope(**announced))
    assert app.requests == [({b"content-length": str(settings.LARGEST_BODY + 1).encode()}, b"")]


async def test_a_body_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PATIENCE", 0.01)
    monkeypatch.setattr(intake, "LINGER", 0.01)
    wire = Wire([piece(b"half", more=True)])
    app = await serve(wire, scope(content_length="100"))
    assert app.requests == []
    start, body, end = wire.answers
    assert start["status"] == 408
    assert dict(start["headers"])[b"connection"] == b"close"
    assert json.loads(body["body"])["code"] == "REQUEST_TIMEOUT"
    assert end == {"type": "http.response.body", "body": b""}
