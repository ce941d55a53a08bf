"""Every refusal wears one envelope, whoever raised it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., APIClient]
EXPECTED = [
    ("limit", 403, "IMAGE_LIMIT_REACHED", {"limit": 4}),
    ("gone", 410, "LINK_EXPIRED", None),
    ("token", 401, "INVALID_TOKEN", None),
    ("storage", 503, "STORAGE_UNAVAILABLE", None),
    ("missing", 404, "NOT_FOUND", None),
    ("denied", 403, "PERMISSION_DENIED", None),
    ("suspicious", 400, "PARSE_ERROR", None),
    ("toobig", 413, "FILE_TOO_LARGE", None),
    ("toomany", 400, "PARSE_ERROR", None),
    ("database", 503, "DATABASE_UNAVAILABLE", None),
    ("crash", 500, "INTERNAL_ERROR", None),
    ("model", 400, "VALIDATION_ERROR", {"title": ["Too long."]}),
]


@pytest.mark.parametrize("kind", ["drf", "plain"])
@pytest.mark.parametrize(("name", "status", "code", "details"), EXPECTED)
def test_whatever_is_raised_is_worded_alike(
    api: ClientOf, kind: str, name: str, status: int, code: str, details: object
) -> None:
    answer = api().get(f"/api/{kind}/{name}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert list(body) == ["error", "code", "details"]
    assert (body["code"], body["details"]) == (code, details)
    assert not {"passwd", "10.0.0.7", "hunter2", "secret", "table", "Traceback"} & set(body["error"].split())


@pytest.mark.parametrize("kind", ["drf", "plain"])
@pytest.mark.parametrize("name", ["storage", "database"])
def test_what_may_work_later_says_when(api: ClientOf, kind: str, name: str) -> None:
    assert api().get(f"/api/{kind}/{name}").headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "reasons"),
    [
        ("/api/drf/database", ["(2006, 'server at 10.0.0.7 has gone away')"]),
        ("/api/plain/database", ["(2006, 'server at 10.0.0.7 has gone away')"]),
        ("/page/database", ["(2006, 'server at 10.0.0.7 has gone away')"]),
        ("/page/busy", ["DATABASE_UNAVAILABLE"]),
        ("/page/storage", []),
        ("/page/missing", []),
    ],
)
def test_a_database_that_fails_is_told_to_operators_alone(
    caplog: pytest.LogCaptureFixture, path: str, reasons: list[str]
) -> None:
    Client().get(path)
    told: list[Any] = [record.msg for record in caplog.records if "request.failed" in record.getMessage()]
    assert [str(each["exc_info"]) for each in told] == reasons


@pytest.mark.parametrize("kind", ["drf", "plain"])
def test_a_bad_token_is_challenged(api: ClientOf, kind: str) -> None:
    answer = api().get(f"/api/{kind}/token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="imagehub", error="invalid_token"'


def test_a_stranger_is_challenged(api: ClientOf) -> None:
    answer = api().get("/api/private")
    assert answer.status_code == 401
    assert answer.json()["code"] == "NOT_AUTHENTICATED"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("method", "path", "extra", "status", "code"),
    [
        ("get", "/api/nowhere", {}, 404, "NOT_FOUND"),
        ("get", "/pictures/nowhere", {}, 404, "NOT_FOUND"),
        ("get", "/i/nowhere", {}, 404, "NOT_FOUND"),
        ("get", "/avatar/no/where", {}, 404, "NOT_FOUND"),
        ("delete", "/api/echo", {}, 405, "METHOD_NOT_ALLOWED"),
        ("post", "/api/only-get", {}, 405, "METHOD_NOT_ALLOWED"),
        ("get", "/api/echo", {"HTTP_ACCEPT": "text/html"}, 406, "NOT_ACCEPTABLE"),
        ("get", "/api/echo", {"HTTP_HOST": "evil.example"}, 400, "PARSE_ERROR"),
        ("get", "/api/echo", {"HTTP_HOST": "a b"}, 400, "PARSE_ERROR"),
    ],
)
def test_what_the_framework_refuses_is_worded_alike(
    api: ClientOf, method: str, path: str, extra: dict[str, str], status: int, code: str
) -> None:
    answer = getattr(api(), method)(path, **extra)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/api/echo", "/api/only-get"])
def test_a_wrong_method_is_told_the_right_ones(api: ClientOf, path: str) -> None:
    assert "GET" in api().delete(path).headers["Allow"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "PARSE_ERROR"),
        (b"<a/>", "text/xml", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"a" * 1_100_000, "application/json", 413, "FILE_TOO_LARGE"),
        (b"--x\r\n", "multipart/form-data", 400, "PARSE_ERROR"),
        (b"&".join([b"a=1"] * 1100), "application/x-www-form-urlencoded", 400, "PARSE_ERROR"),
    ],
)
def test_an_unreadable_body_is_refused(api: ClientOf, body: bytes, content_type: str, status: int, code: str) -> None:
    answer = api().generic("POST", "/api/echo", body, content_type)  # type: ignore[arg-type]  # bytes do as well
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_body_beyond_every_limit_is_refused_unread(api: ClientOf) -> None:
    answer = api().post("/api/echo", {}, format="json", CONTENT_LENGTH=str(25 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "FILE_TOO_LARGE")


def test_each_field_has_its_messages(api: ClientOf) -> None:
    answer = api().post("/api/judged", {"title": "too long", "tags": [1, "x"]}, format="json")
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Some of the values sent are not valid.",
        "code": "VALIDATION_ERROR",
        "details": {
            "title": ["Ensure this field has no more than 5 characters."],
            "tags": {"1": ["A valid integer is required."]},
        },
    }


def test_a_value_that_is_no_object_is_refused_as_a_whole(api: ClientOf) -> None:
    answer = api().post("/api/judged", [1], format="json")
    assert answer.status_code == 400
    assert list(answer.json()["details"]) == ["non_field_errors"]


def test_a_surface_may_add_its_own_fields(api: ClientOf) -> None:
    assert api().get("/api/extended/limit").json()["success"] is False


@pytest.mark.parametrize(("name", "status"), [("limit", 403), ("missing", 404), ("suspicious", 400), ("crash", 500)])
def test_a_page_refuses_with_a_page(name: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(f"/page/{name}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"hunter2" not in answer.content
    assert b"passwd" not in answer.content


def test_an_unknown_page_is_a_page() -> None:
    answer = Client().get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_form_from_elsewhere_is_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post("/form", {})
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_call_without_csrf_token_is_refused_as_json() -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/plain/limit", {})
    assert answer.status_code == 403
    assert json.loads(answer.content)["code"] == "CSRF_FAILED"
