"""What was harvested is listed and served, by what is recorded and never by what a path says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from rest_framework.test import APIClient

from accounts.models import User
from harvester.models import Document, Harvested
from imagehub.images import storage
from tests.conftest import PASSWORD
from tests.harvester.asking import keyed, trace
from tests.harvester.collected import HOME, document, harvest, picture

ClientOf = Callable[..., APIClient]
ROOT = "/api/v1/images"
HOTEL = f"{ROOT}/{HOME}"

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(staff: User) -> APIClient:
    return keyed(staff)


@pytest.fixture
def sol(db: None) -> Document:
    return document()


@pytest.fixture
def kept(sol: Document) -> Harvested:
    return harvest(sol, picture())


def test_what_was_harvested_is_a_tree(client: APIClient, kept: Harvested) -> None:
    document("b", "", collection="bars & more")
    document("c", "", database="Žilina")
    at = "http://testserver/api/v1/images"
    assert client.get(ROOT).json() == {
        "databases": [
            {"name": "shop", "url": f"{at}/shop"},
            {"name": "Žilina", "url": f"{at}/%C5%BDilina"},
        ]
    }
    assert client.get(f"{ROOT}/shop").json() == {
        "database": "shop",
        "collections": [
            {"name": "bars & more", "url": f"{at}/shop/bars%20%26%20more"},
            {"name": "hotels", "url": f"{at}/shop/hotels"},
        ],
    }
    listed = client.get(f"{ROOT}/shop/hotels").json()
    assert (listed["database"], listed["collection"], listed["next"]) == ("shop", "hotels", None)
    assert [(one["document_id"], one["folder"], one["label"], one["images"]) for one in listed["documents"]] == [
        ("a", "a-hotel-sol", "Hotel Sol", 1)
    ]
    for address in (one["url"] for one in client.get(f"{ROOT}/shop").json()["collections"]):
        assert client.get(address).status_code == 200


def test_a_document_is_found_by_its_folder_and_by_its_id(client: APIClient, kept: Harvested) -> None:
    told = client.get(HOTEL).json()
    assert client.get(f"{ROOT}/shop/hotels/a").json() == told
    assert told["processed"] == {}
    assert told["original"] == [
        {
            "filename": "img_001.jpg",
            "path": "original/img_001.jpg",
            "url": f"http://testserver{HOTEL}/original/img_001.jpg",
            "content_type": "image/jpeg",
            "width": 640,
            "height": 480,
            "size": kept.size,
            "sha256": kept.sha256,
            "source_url": kept.url,
            "downloaded_at": told["original"][0]["downloaded_at"],
            "checked_at": None,
            "gone_at": None,
        }
    ]


def test_a_string_that_reads_like_a_number_is_asked_for_as_it_is(client: APIClient) -> None:
    document('"42"', "Text")
    assert client.get(f"{ROOT}/shop/hotels/42").json()["label"] == "Text"
    document("42", "Number")
    assert client.get(f"{ROOT}/shop/hotels/42").json()["label"] == "Number"


def test_documents_are_listed_a_part_at_a_time(client: APIClient, sol: Document) -> None:
    for name in ("b", "c", "d"):
        document(name, "")
    first = client.get(f"{ROOT}/shop/hotels?limit=3").json()
    assert [one["document_id"] for one in first["documents"]] == ["a", "b", "c"]
    rest = client.get(f"{ROOT}/shop/hotels?limit=3&cursor={first['next']}").json()
    assert ([one["document_id"] for one in rest["documents"]], rest["next"]) == (["d"], None)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/market", "NOT_FOUND"),
        ("/shop/motels", "NOT_FOUND"),
        ("/Shop/hotels", "NOT_FOUND"),
        ("/shop/hotels/z", "DOCUMENT_NOT_FOUND"),
        ("/shop/hotels/A-Hotel-Sol", "DOCUMENT_NOT_FOUND"),
    ],
)
def test_what_was_not_harvested_is_not_found(client: APIClient, sol: Document, path: str, code: str) -> None:
    answer = client.get(f"{ROOT}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_file_is_sent_as_it_was_fetched(client: APIClient, kept: Harvested) -> None:
    answer = client.get(f"{HOTEL}/original/img_001.jpg")
    assert answer.status_code == 200
    assert answer.content == picture()
    assert {name: answer.headers[name] for name in ("Content-Type", "ETag", "Accept-Ranges", "Cache-Control")} == {
        "Content-Type": "image/jpeg",
        "ETag": f'"{kept.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == 'inline; filename="img_001.jpg"'
    part = client.get(f"{HOTEL}/original/img_001.jpg", headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, picture()[4:10])
    known = client.get(f"{HOTEL}/original/img_001.jpg", headers={"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    head = client.head(f"{HOTEL}/original/img_001.jpg", headers={"Accept": "image/avif"})
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(kept.size))


def test_staff_sees_pictures_in_the_browser_and_nobody_else_does(
    api: ClientOf, ada: User, staff: User, kept: Harvested
) -> None:
    path = f"{HOTEL}/original/img_001.jpg"
    browser = APIClient()
    assert browser.get(path).status_code == 401
    browser.login(username="ada", password=PASSWORD)
    assert browser.get(path).status_code == 403
    browser.login(username="staff", password=PASSWORD)
    assert browser.get(path).status_code == 200
    assert api(staff).get(path).status_code == 200


def test_the_description_is_sent_as_it_lies_there(client: APIClient, kept: Harvested) -> None:
    answer = client.get(f"{HOTEL}/metadata.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.content == storage.read(f"{HOME}/metadata.json")
    again = client.get(f"{HOTEL}/metadata.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "../a-hotel-sol/original/img_001.jpg",
        "original/../metadata.json",
        "original/%2e%2e%2fmetadata.json",
        "original/%252e%252e%252fmetadata.json",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "original",
        "original/",
        "original/img_002.jpg",
        "original/img_001.png",
        "original/IMG_001.JPG",
        "original//img_001.jpg",
        "original/img_001.jpg%00",
        "original/img_001.jpg/x",
        "original/stray.jpg",
        "original/link.jpg",
        "original/lost.jpg",
        "processed",
        "processed/webp",
        "processed/webp/img_002.webp",
        "processed/webp/img_001.jpg",
        "processed/webp/img_.webp",
        "processed/webp/.webp",
        "processed/sharpen/img_001.webp",
        "processed/webp/x/img_001.webp",
        "metadata.json/x",
        "Metadata.json",
        "%25",
    ],
)
def test_nothing_is_served_but_what_is_recorded(
    client: APIClient, api: ClientOf, sol: Document, kept: Harvested, path: str
) -> None:
    storage.put(f"{HOME}/original/stray.jpg", b"not recorded")
    folder = Path(conf.DATA_DIR) / "storage" / HOME / "original"
    (folder / "link.jpg").symlink_to("/etc/passwd")
    url = {"url": "http://pictures.example/lost.jpg", "address": "x", "number": 9}
    Harvested.objects.create(document=sol, filename="lost.jpg", key=f"{HOME}/original/link.jpg", **url)
    before = trace()
    assert api().get(f"{HOTEL}/{path}").status_code == 401
    assert client.get(f"{HOTEL}/{path}").status_code == 404
    assert trace() == before


def test_a_document_may_have_any_name(client: APIClient) -> None:
    odd = document("../../x", "Ünï <b>", collection="../hotels")
    harvest(odd, picture())
    told: dict[str, Any] = client.get(f"{ROOT}/shop").json()["collections"][0]
    assert told["name"] == "../hotels"
    assert {found.key.split("/")[0] for found in storage.walk("")} == {"shop"}
    listed = [found.key for found in storage.walk("")]
    assert all(".." not in key and "<" not in key for key in listed)
    body = json.loads(storage.read(next(key for key in listed if key.endswith("metadata.json"))))
    assert body["document_id"] == "../../x"
