"""Pictures that belong to no other surface: judged, counted, kept once, and gone with their owner."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import User
from imagehub.api.models import Posting
from imagehub.editor.models import Kept
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.library import services
from imagehub.library.models import Batch, Entry, Part, Shelf
from tests.generated.conftest import png

Api = Callable[..., APIClient]
Photo = Callable[..., bytes]
LIBRARY = "/api/v1/library"

pytestmark = pytest.mark.django_db


def send(
    client: APIClient, data: bytes, name: str = "a.png", headers: dict[str, str] | None = None, **said: str
) -> Any:
    body = {"file": SimpleUploadedFile("a.png", data)}
    return client.post(LIBRARY, body, format="multipart", headers=headers)


def trace() -> list[object]:
    objects = sorted(found.key for found in storage.walk(""))
    return [objects, Image.objects.count(), Entry.objects.count(), Event.objects.count(), Posting.objects.count()]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_format_that_we_know_is_kept(api: Api, ada: User, photo: Photo, form: str) -> None:
    answer = send(api(ada), photo(format=form))
    assert (answer.status_code, answer.json()["width"], answer.json()["title"]) == (201, 64, "a")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("C:\\Photos\\Beach 1.png", "Beach 1"),
        ("archive.tar.png", "archive.tar"),
        ("   \u202edawn .png", "dawn"),
        ("x" * 300 + ".png", "x" * 200),
        (".png", ".png"),
    ],
)
def test_a_picture_is_called_as_its_file_was(name: str, title: str) -> None:
    assert services.title_of(name) == title


def test_the_same_key_again_keeps_one_picture(api: Api, ada: User) -> None:
    headers = {"Idempotency-Key": "once"}
    first, again = (send(api(ada), png(), headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Image.objects.count() == 1
    assert send(api(ada), png("red"), headers=headers).json()["code"] == "IDEMPOTENCY_CONFLICT"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"GIF89a" + b"\x00" * 20, 400, "INVALID_IMAGE"),
        (b"%PDF-1.7" + b" " * 20, 415, "UNSUPPORTED_FORMAT"),
        (b"", 400, "VALIDATION_ERROR"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20 * 1024 * 1024), 413, "FILE_TOO_LARGE"),
    ],
    ids=["damaged", "no picture", "empty", "too long"],
)
def test_what_is_refused_leaves_no_trace(api: Api, ada: User, data: bytes, status: int, code: str) -> None:
    answer = send(api(ada), data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert trace() == [[], 0, 0, 0, 0]


def test_a_full_account_keeps_nothing_more(api: Api, ada: User, settings: Settings) -> None:
    settings.QUOTAS = {"free": {"bytes": 10**9, "files": 1}}
    assert send(api(ada), png()).status_code == 201
    before = trace()
    assert send(api(ada), png()).json()["code"] == "IMAGE_LIMIT_REACHED"
    assert trace() == before


def test_keys_open_it_within_their_scope(api: Api, ada: User, staff: User) -> None:
    kept = services.keep(png(), "a.png", by=ada).picture.public_id
    images, events = accounts.KeyDraft("Shop", ("images",)), accounts.KeyDraft("Shop", ("events",))
    keys = [
        accounts.create_key(ada, images, by=ada),
        accounts.create_key(ada, events, by=ada),
        accounts.create_service_key(images, by=staff),
    ]
    answers = []
    for key in keys:
        client = api()
        client.credentials(HTTP_X_API_KEY=key.secret)
        answers.append([client.get(path).status_code for path in (LIBRARY, f"{LIBRARY}/{kept}")])
    assert answers == [[200, 200], [403, 403], [403, 200]]


def test_an_account_that_goes_leaves_nothing_of_its_library(ada: User, bea: User) -> None:
    services.keep(png(), "b.png", by=bea)
    before = trace()[1:3]
    kept = services.keep(png(), "a.png", by=ada).picture
    services.begin([kept.public_id], Recipe(), Kept.COPY, by=ada)
    accounts.erase_account(ada, by=ada)
    assert trace()[1:3] == before
    assert {one.owner for one in (*Entry.objects.all(), *Shelf.objects.all())} == {bea}
    assert (Batch.objects.count(), Part.objects.count()) == (0, 0)
    assert set(Posting.objects.values_list("shelf", flat=True)) == {f"library:{bea.pk}"}
