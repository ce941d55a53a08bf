"""The installation with its objects in a bucket and in a container, on ways there that are bad now and then."""

import hashlib
import http.client
import re
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from imagehub.images import storage
from imagehub.images.storage import ObjectStore
from imagehub.lib import storage_url
from tests import objects
from tests.corpus.build import photo
from tests.deployed.topology import ADA, Deployment
from tests.deployed.waiting import wait_until
from tests.faulty import Fault, Way, way_to
from tests.programs import Missing, without
from tests.running import MULTIPART, multipart

pytestmark = [pytest.mark.server, pytest.mark.deployed]

LONGEST = 5.0  # seconds until somebody hears that the storage fails
PATIENCE = 20.0  # seconds
PLACES = {"s3": objects.s3, "azure": objects.azure}
SHOWN = {"Sec_Fetch_Dest": "image", "Sec_Fetch_Mode": "no-cors"}
PARTS = ("pages-0", "worker-0")


@dataclass(frozen=True)
class Place:
    """Where the objects lie now, the way there, and a picture that had been uploaded before they came there."""

    store: ObjectStore
    way: Way
    earlier: dict[str, Any]
    digest: str


@pytest.fixture(scope="module", params=list(PLACES))
def place(request: pytest.FixtureRequest, deployment: Deployment) -> Iterator[Place]:
    try:
        with PLACES[str(request.param)]("pictures") as (url,), _reached(url) as (way, address):
            earlier = _uploaded(deployment, 1)
            digest = _digest(deployment, earlier["url"])
            home = f"file://{deployment.folder}/storage"
            _move(deployment, home, address)
            with deployment.told(PARTS, STORAGE_URL=address):
                yield Place(storage.made(storage_url.backend(url)), way, earlier, digest)
                _move(deployment, address, home)
    except Missing as missing:
        without(f"{missing} is not installed")


def _move(deployment: Deployment, start: str, end: str) -> None:
    code, said = deployment.manage("move_storage", "--from", start, "--to", end)
    assert code == 0, said


@contextmanager
def _reached(url: str) -> Iterator[tuple[Way, str]]:
    """Give a way to a place, and the address that leads there by it."""
    [port] = set(re.findall(r"127\.0\.0\.1(?::|%3A)(\d+)", url))
    with way_to(int(port)) as way:
        yield way, f"{url.replace(port, str(way.port))}&direct=on"


def _tried(deployment: Deployment, seed: int) -> tuple[int, Any]:
    return deployment.front.upload(deployment.front.token(**ADA), photo(seed, side=90))


def _uploaded(deployment: Deployment, seed: int) -> dict[str, Any]:
    status, answer = _tried(deployment, seed)
    assert status == 201, answer
    return dict(answer["picture"])


def _seen(deployment: Deployment, url: str, **headers: str) -> tuple[int, bytes]:
    address = urllib.parse.urlsplit(url)
    return deployment.front.call("GET", f"{address.path}?{address.query}", None, **headers)


def _digest(deployment: Deployment, url: str) -> str:
    status, body = _seen(deployment, url)
    assert status == 200, body
    return hashlib.sha256(body).hexdigest()


def _keys(place: Place) -> set[str]:
    return {found.key for found in place.store.walk()}


def test_what_was_uploaded_before_is_found_there(deployment: Deployment, place: Place) -> None:
    assert f"images/users/{place.earlier['userId']}/{place.earlier['fileName']}" in _keys(place)
    assert _digest(deployment, place.earlier["url"]) == place.digest


def test_a_story_goes_through_the_bucket(deployment: Deployment, place: Place) -> None:
    before = _keys(place)
    token = deployment.front.token(**ADA)
    bearer = {"Authorization": f"Bearer {token}"}
    status, hung = deployment.front.hang(token, deployment.front.publish(token), photo(20, side=400))
    assert status == 201, hung
    small = _seen(deployment, hung["imageUri"].replace("original.jpg", "w320.webp"))
    assert (small[0], small[1][8:12]) == (200, b"WEBP")
    part = _seen(deployment, hung["imageUri"], Range="bytes=0-1")
    assert part == (206, b"\xff\xd8")
    headers = bearer | {"Content_Type": MULTIPART}
    status, kept = deployment.front.call("POST", "/api/v1/library", multipart(photo(21, side=90)), **headers)
    assert (status, _seen(deployment, kept["url"])[0]) == (201, 200), kept
    made = _keys(place) - before
    assert len(made) == 3

    status, _ = deployment.front.call("DELETE", f"/api/v1/publications/{_publication(hung)}", None, **bearer)
    assert status in {200, 204}
    wait_until(lambda: len(_keys(place) & made) == 1, PATIENCE)
    assert _seen(deployment, hung["imageUri"])[0] == 403


def test_a_browser_gets_what_it_shows_from_the_bucket_itself(deployment: Deployment, place: Place) -> None:
    address = urllib.parse.urlsplit(place.earlier["url"])
    response, _ = _got(deployment.front.port, f"{address.path}?{address.query}", **SHOWN)
    there = urllib.parse.urlsplit(response.headers["Location"])
    assert (response.status, there.port) == (302, place.way.port)

    found, body = _got(place.way.port, f"{there.path}?{there.query}")
    assert (found.status, hashlib.sha256(body).hexdigest()) == (200, place.digest)
    assert found.headers["Content-Type"] == "image/jpeg"
    assert "inline" in found.headers["Content-Disposition"]
    for wrong in (f"{there.path}?{there.query}".replace("jpeg", "html"), f"{there.path}x?{there.query}", there.path):
        assert _got(place.way.port, wrong)[0].status in {401, 403, 404, 409}


def test_pages_may_show_what_comes_from_there(deployment: Deployment, place: Place) -> None:
    page, _ = _got(deployment.front.port, "/accounts/login/")
    [shown] = [part for part in page.headers["Content-Security-Policy"].split("; ") if part.startswith("img-src")]
    assert shown == f"img-src 'self' data: blob: http://127.0.0.1:{place.way.port}"


def _got(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(wire):
        wire.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = wire.getresponse()
        return response, response.read()


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.SILENCE], ids=str)
def test_a_place_that_fails_is_told_in_time_and_the_same_request_succeeds_later(
    deployment: Deployment, place: Place, fault: Fault
) -> None:
    with place.way.bad(fault), ThreadPoolExecutor(1) as other:
        begun = time.monotonic()
        lost = other.submit(_tried, deployment, 30)
        place.way.wait_for_somebody()
        assert deployment.transactions() == 0
        status, answer = lost.result()
        took = time.monotonic() - begun
        seen = _seen(deployment, place.earlier["url"])
        assert deployment.front.call("GET", "/api/v1/health/live")[0] == 200

    assert (status, answer["code"], seen[0]) == (503, "STORAGE_UNAVAILABLE", 503)
    assert took < LONGEST
    wait_until(lambda: _tried(deployment, 30)[0] == 201, PATIENCE)
    assert _digest(deployment, place.earlier["url"]) == place.digest


def test_a_place_that_keeps_failing_costs_nobody_time(deployment: Deployment, place: Place) -> None:
    with place.way.bad(Fault.SILENCE), ThreadPoolExecutor(8) as crowd:
        looks = list(crowd.map(lambda _: _timed(deployment, place), range(60)))

    assert {status for status, _ in looks} == {503}
    assert max(seconds for _, seconds in looks) < LONGEST
    # Each of two processes learns by five that fail; up to seven others are on their way to it by then, and one goes to
    # see after each rest.
    assert sum(seconds > 1 for _, seconds in looks) < 30
    wait_until(lambda: _seen(deployment, place.earlier["url"])[0] == 200, PATIENCE)


def test_rows_and_objects_agree_in_the_end(deployment: Deployment, place: Place) -> None:
    deployment.manage("doctor", "--repair", "--min-age", "0")
    code, said = deployment.manage("doctor", "--min-age", "0")
    assert code == 0, said


def _publication(hung: dict[str, Any]) -> str:
    return str(hung["publicationId"])


def _timed(deployment: Deployment, place: Place) -> tuple[int, float]:
    begun = time.monotonic()
    return _seen(deployment, place.earlier["url"])[0], time.monotonic() - begun
