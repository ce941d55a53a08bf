"""Every operation of the document, asked by everybody who may not: none is open by accident, none leaves a trace."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import keys as recognised
from accounts.models import User
from accounts.services.keys import KeyDraft, create_key
from tests.documents import document

ClientOf = Callable[..., APIClient]

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

# What anybody may ask; everything else wants to know who asks.
OPEN = {
    "GET /api/health",
    "GET /api/v1/health",
    "GET /api/v1/health/live",
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/token",
    "POST /api/v1/auth/token/refresh",
    "POST /api/v1/auth/token/verify",
    "POST /api/v1/auth/logout",
    "POST /pictures/create-default-picture/{userId}",
}
WRITES = re.compile(r"^(INSERT|UPDATE|DELETE|REPLACE) ", re.IGNORECASE)
# What knowing who asks may write: that a key was used, and which answers have been given.
OF_KNOWING = re.compile(r"accounts_apikey|api_answer")


class Operation(NamedTuple):
    """One method of one address, its parts filled with what names nothing."""

    method: str
    path: str
    filled: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> Iterator[Operation]:
    for path, methods in document()["paths"].items():
        filled = re.sub(r"\{\w+\}", "nothing", path)
        yield from (Operation(method.upper(), path, filled) for method in methods)


@pytest.fixture(scope="module")
def every() -> list[Operation]:
    found = [one for one in operations() if not one.path.startswith(("/avatar/", "/i/"))]
    assert len(found) > 80
    return found


@pytest.fixture(scope="module")
def closed(every: list[Operation]) -> list[Operation]:
    found = [one for one in every if str(one) not in OPEN]
    assert len(every) - len(found) == len(OPEN)
    return found


def asked(client: APIClient, operation: Operation, **headers: str) -> tuple[int, str, list[str]]:
    """Return the status, the code, and what was written to the database."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.generic(operation.method, operation.filled, "{}", "application/json", secure=False, **headers)
    body = answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else {}
    written = [query["sql"] for query in queries if WRITES.match(query["sql"]) and not OF_KNOWING.search(query["sql"])]
    code = str(body.get("code", "")) if isinstance(body, dict) else ""
    return answer.status_code, code, written


def test_strangers_learn_nothing_and_change_nothing(api: ClientOf, closed: list[Operation]) -> None:
    answers = {str(one): asked(api(), one) for one in closed}

    assert {name: answer for name, answer in answers.items() if answer != (401, "NOT_AUTHENTICATED", [])} == {}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"HTTP_AUTHORIZATION": "Bearer not.a.token"}, "INVALID_TOKEN"),
        ({"HTTP_X_API_KEY": "ihk_nothing"}, "INVALID_API_KEY"),
    ],
)
def test_a_bad_credential_opens_nothing(
    api: ClientOf, closed: list[Operation], headers: dict[str, str], code: str
) -> None:
    answers = {str(one): asked(api(), one, **headers) for one in closed}

    assert {name: answer for name, answer in answers.items() if answer != (401, code, [])} == {}


def test_a_key_opens_what_its_scope_names_and_nothing_else(api: ClientOf, closed: list[Operation], ada: User) -> None:
    """Whatever a key of any scope does not open, it is refused in the same words."""
    opened: dict[str, set[str]] = {}
    for scope in recognised.scopes_open_to(ada):
        client = api()
        client.credentials(HTTP_X_API_KEY=create_key(ada, KeyDraft("test", (scope,)), by=ada).secret)
        for one in closed:
            status, code, written = asked(client, one)
            if (status, code) == (403, "PERMISSION_DENIED"):
                assert written == [], one
            else:
                opened.setdefault(str(one), set()).add(scope)

    assert {name: scopes for name, scopes in opened.items() if len(scopes) > 1 and "/events" not in name} == {}
    assert not any(re.search(r"/auth/|/download|/jobs|/metrics", name) for name in opened)


def test_no_method_but_the_named_ones_is_answered(api: ClientOf, every: list[Operation]) -> None:
    statuses = {one.path: api().generic("TRACE", one.filled).status_code for one in every}

    assert {path: status for path, status in statuses.items() if status not in {401, 405}} == {}
