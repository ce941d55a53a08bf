"""Pictures are answered before sessions and forms are looked at, and refused in the same words as ever."""

from http.cookies import SimpleCookie

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from imagehub.images.models import Image
from tests.images.conftest import Keep

pytestmark = pytest.mark.django_db


def test_a_picture_costs_no_look_at_the_session(
    client: Client, keep: Keep, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    image = keep(ada)
    client.cookies = SimpleCookie({"sessionid": "somebody"})
    Image.objects.update(is_public=True)

    with django_assert_num_queries(1):
        answer = client.get(f"/i/{image.public_id}/original.jpg")

    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/i/nothing/original.jpg", 403, "SIGNATURE_INVALID"),
        ("/i/nothing", 404, "NOT_FOUND"),
        ("/i/", 404, "NOT_FOUND"),
        ("/i/nothing/a.b.c.d", 404, "NOT_FOUND"),
    ],
)
def test_what_is_refused_is_told_as_elsewhere(client: Client, path: str, status: int, code: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["X-Request-ID"]


def gone(*_: object) -> None:
    raise OperationalError(2013, "Lost connection to server")


def test_a_database_that_fails_under_a_picture_is_told_to_operators(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.execute_wrapper(gone):
        answer = client.get("/i/nothing/original.jpg")

    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert caplog.text.count("request.failed") == 1


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_a_refusal_speaks_the_callers_language_and_a_picture_none(
    client: Client, keep: Keep, ada: User, language: str
) -> None:
    address = f"/i/{keep(ada).public_id}/original.jpg"
    refused = client.get(address, headers={"Accept-Language": language})
    Image.objects.update(is_public=True)
    shown = client.get(address, headers={"Accept-Language": language})

    assert (refused.headers["Content-Language"], refused.headers["Vary"]) == (language, "Accept-Language")
    assert shown.status_code == 200
    assert {"Content-Language", "Vary"}.isdisjoint(shown.headers)


def test_a_name_that_is_not_ours_is_refused(client: Client, keep: Keep, ada: User) -> None:
    answer = client.get(f"/i/{keep(ada).public_id}/original.jpg", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
