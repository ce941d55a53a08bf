"""The small site that a demo harvest goes to."""

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from imagehub import showcase

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with showcase.opened(0) as address:
        yield address


def test_its_documents_refer_to_its_own_pictures(site: str) -> None:
    status, headers, body = _get(site, "/hotels.json")
    hotels = json.loads(body)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert [hotel["name"] for hotel in hotels] == ["Hotel Miramar", "Cabaña del Lago", "Vuelo y Siesta"]
    assert hotels[0]["images"][0] == f"{site}/pictures/sea.jpg"


def test_a_picture_is_the_same_the_next_time(site: str) -> None:
    status, headers, body = _get(site, "/pictures/sea.jpg")
    assert (status, headers["content-type"], body[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    status, _headers, body = _get(site, "/pictures/sea.jpg", {"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status"), [("/pictures/missing.jpg", 404), ("/", 404), ("/../settings.py", 404), ("/robots.txt", 200)]
)
def test_it_holds_nothing_else(site: str, path: str, status: int) -> None:
    assert _get(site, path)[0] == status


def test_a_port_that_is_taken_gives_way_to_a_free_one() -> None:
    with socket.create_server((showcase.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with showcase.opened(port) as address:
            assert urlsplit(address).port != port
            assert _get(address, "/robots.txt")[0] == 200


def _get(site: str, path: str, headers: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()
