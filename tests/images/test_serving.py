"""Browsers that are sent to the bucket itself for what they only show."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings

from accounts.models import User
from imagehub.images import storage
from imagehub.images.models import Image
from imagehub.images.serving import LINKED
from imagehub.lib import signing
from tests.images.conftest import Keep
from tests.images.storage.bucket import Bucket, running
from tests.images.storage.test_buckets import KINDS, described

SHOWN = {"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors"}
# What a browser that wants to read the pixels asks with, and what asks without being one.
READ = [
    {"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "cors"},
    {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "same-origin"},
    {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"},
    {},
]
SAID = {
    "s3": ("response-content-type", "response-cache-control", "X-Amz-Signature"),
    "azure": ("rsct", "rscc", "sig"),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bucket(kind: str) -> Iterator[Bucket]:
    make, depth = KINDS[kind]
    with running(depth) as bucket, override_settings(STORAGES=described(make(bucket.port)), DIRECT_LINKS=True):
        yield bucket


@pytest.fixture
def image(ada: User, keep: Keep, bucket: Bucket) -> Image:
    return keep(ada)


def ask(image: Image, headers: dict[str, str], method: str = "GET", name: str = "original.jpg") -> Any:
    return Client().generic(method, signing.signed(f"/i/{image.public_id}/{name}"), headers=headers)


def test_a_browser_that_shows_a_picture_gets_it_from_the_bucket(kind: str, image: Image, bucket: Bucket) -> None:
    response = ask(image, SHOWN)

    place = urlsplit(response["Location"])
    query = parse_qs(place.query)
    kind_of, caching, signature = (query[name] for name in SAID[kind])
    assert (response.status_code, response.content, place.port) == (302, b"", bucket.port)
    assert place.path.endswith(f"/{image.key}")
    assert (kind_of, caching[0].partition("=")[0], len(signature)) == (["image/jpeg"], "private, max-age", 1)
    assert response["Cache-Control"] == f"private, max-age={LINKED}"
    assert response["Vary"] == "Sec-Fetch-Dest, Sec-Fetch-Mode"
    assert "ETag" not in response


def test_an_address_of_the_bucket_ends_no_later_than_the_one_that_led_to_it(image: Image) -> None:
    address = signing.signed(f"/i/{image.public_id}/original.jpg", expires=int(time.time()) + 20)
    response = Client().get(address, headers=SHOWN)

    life = _life(parse_qs(urlsplit(response["Location"]).query))
    age = int(response["Cache-Control"].rpartition("=")[2])
    assert 10 < life <= 20
    assert 5 <= age <= 10


def _life(query: dict[str, list[str]]) -> float:
    """Return for how many seconds a bucket takes an address."""
    if "se" in query:
        return (datetime.fromisoformat(query["se"][0]) - datetime.now(UTC)).total_seconds()
    return int(query["X-Amz-Expires"][0])


@pytest.mark.parametrize("headers", READ)
def test_who_reads_a_picture_gets_it_from_us(image: Image, headers: dict[str, str]) -> None:
    response = ask(image, headers)
    assert (response.status_code, response.content) == (200, storage.read(image.key))


def test_what_is_made_is_sent_the_same_way_and_its_kind_is_told_apart(image: Image) -> None:
    response = ask(image, SHOWN | {"Accept": "image/webp"}, name="w320.auto")
    assert (response.status_code, response["Vary"]) == (302, "Accept, Sec-Fetch-Dest, Sec-Fetch-Mode")
    assert {"image/webp"} < {value for _, value in parse_qsl(urlsplit(response["Location"]).query)}


def test_only_who_may_see_a_picture_is_sent_there(image: Image) -> None:
    assert Client().get(f"/i/{image.public_id}/original.jpg", headers=SHOWN).status_code == 403
    assert ask(image, SHOWN, "HEAD").status_code == 200


def test_what_is_not_there_is_not_found_by_us(image: Image) -> None:
    storage.delete(image.key)
    assert ask(image, SHOWN).status_code == 404


def test_a_folder_has_no_addresses_of_its_own(ada: User, keep: Keep) -> None:
    assert not settings.DIRECT_LINKS
    assert ask(keep(ada), SHOWN).status_code == 200
