"""The document is public, valid, and shown by a page that loads nothing from elsewhere."""

import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings
from rest_framework.test import APIClient

ClientOf = Callable[..., APIClient]

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture(autouse=True)
def _real_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "imagehub.urls"


@cache
def published() -> dict[str, Any]:
    """Return every address of the document that strangers get, asked for once."""
    paths: dict[str, Any] = APIClient().get("/api/schema?format=json").json()["paths"]
    return paths


class Addresses(HTMLParser):
    """Collects what a page loads, and what it says inline."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given) or "style" in given:
            self.inline.append(tag)
        self.loaded += [value for name, value in attrs if name in {"src", "href"} and value]


def test_anybody_may_read_the_document(api: ClientOf) -> None:
    answer = api().get("/api/schema", HTTP_ACCEPT="application/vnd.oai.openapi+json")
    assert answer.status_code == 200
    document = answer.json()
    assert document["openapi"].startswith("3.")
    assert document["info"]["title"] == "ImageHub"


def test_nothing_in_the_document_is_guessed_or_named_twice(tmp_path: Path) -> None:
    options = {"validate": True, "fail_on_warn": True, "format": "openapi-json"}
    call_command("spectacular", file=str(tmp_path / "schema.json"), **options)


def test_every_operation_tells_of_limits_and_faults() -> None:
    for path, operations in published().items():
        for method, operation in operations.items():
            assert {"500", "503"} <= set(operation["responses"]), (method, path)
            for status, response in operation["responses"].items():
                assert "X-Request-ID" in response["headers"], (method, path, status)


def test_pictures_are_described_too() -> None:
    paths = published()
    assert set(paths["/avatar/{name}"]["get"]["responses"]) == {"200", "304", "400", "404", "429", "500", "503"}
    assert {"200", "206", "304", "400", "403", "410", "416"} < set(
        paths["/i/{imageId}/{name}.{extension}"]["get"]["responses"]
    )


def test_the_page_loads_only_from_here(api: ClientOf) -> None:
    answer = api().get("/api/docs")
    assert answer.status_code == 200
    page = Addresses()
    page.feed(answer.content.decode())
    assert page.inline == []
    assert page.loaded
    assert all(address.startswith("/") for address in page.loaded)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


def test_the_pages_script_is_a_file_of_its_own(api: ClientOf) -> None:
    page = api().get("/api/docs").content.decode()
    script = re.findall(r'src="([^"]*script[^"]*)"', page)[-1]
    answer = api().get(script)
    assert answer.headers["Content-Type"] == "application/javascript"
    assert b"/api/schema" in answer.content


@pytest.mark.parametrize("version", ["2", "a%0d%0aSet-Cookie:%20x=y", "a%00b"])
def test_no_version_of_the_callers_reaches_a_header(api: ClientOf, version: str) -> None:
    answer = api().get(f"/api/schema?format=json&version={version}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'inline; filename="ImageHub.json"'
    assert answer.json()["info"]["version"] == "1"


def test_the_parts_of_addresses_are_spelled_like_the_fields() -> None:
    operation = published()["/pictures/delete-picture/{pictureId}/{fileName}/{userId}"]["delete"]
    named = [part["name"] for part in operation["parameters"] if part["in"] == "path"]
    assert sorted(named) == ["fileName", "pictureId", "userId"]
