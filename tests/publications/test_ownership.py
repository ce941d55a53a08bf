"""Whose publications, by whom: what strangers try, and what it changes (nothing)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from publications.models import Photo, Publication
from publications.services import moderation
from tests.publications.conftest import ROOT, distinct

Api = Callable[..., APIClient]
READS = ["read", "images"]
WRITES = ["change", "delete", "add", "import", "clear", "order", "describe", "remove", "remove by address"]


def call(client: APIClient, route: str, publication_id: str, photo: Photo) -> Any:
    """Ask one route for one publication and one photo."""
    one, name = f"{ROOT}/{publication_id}", photo.image.public_id
    all_, it = f"{one}/images", f"{one}/images/{name}"
    uri = quote(f"http://testserver/i/{name}/original.jpg", safe="")
    file = SimpleUploadedFile("a.png", distinct(1)[0], "image/png")
    asked: dict[str, Callable[[], Any]] = {
        "read": lambda: client.get(one),
        "images": lambda: client.get(all_),
        "change": lambda: client.patch(one, {"title": "Mine"}),
        "delete": lambda: client.delete(one),
        "add": lambda: client.post(all_, {"image": file}, format="multipart"),
        "import": lambda: client.post(f"{all_}/from-url", {"url": "http://127.0.0.1:1/a.jpg"}),
        "clear": lambda: client.delete(all_),
        "order": lambda: client.put(f"{all_}/order", {"images": [name]}),
        "describe": lambda: client.patch(it, {"altText": "Mine"}),
        "remove": lambda: client.delete(it),
        "remove by address": lambda: client.delete(f"{all_}/{uri}"),
    }
    return asked[route]()


@pytest.fixture
def photo_of_ada(ada: User, publication_of: Any, photo_in: Any) -> Photo:
    shown: Photo = photo_in(publication_of(ada))
    return shown


@pytest.fixture
def hidden_photo(photo_of_ada: Photo, staff: User) -> Photo:
    moderation.hide(photo_of_ada.publication.public_id, "Not yours.", by=staff)
    return photo_of_ada


@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_nobody_in_particular_is_told_to_sign_in(route: str, photo_of_ada: Photo, api: Api, trace: Any) -> None:
    before = trace()

    refused = call(api(), route, photo_of_ada.publication.public_id, photo_of_ada)

    assert (refused.status_code, refused.json()["code"]) == (401, "NOT_AUTHENTICATED")
    assert trace() == before


@pytest.mark.parametrize("route", READS)
def test_anybody_signed_in_reads(route: str, photo_of_ada: Photo, bea: User, api: Api) -> None:
    assert call(api(bea), route, photo_of_ada.publication.public_id, photo_of_ada).status_code == 200


@pytest.mark.parametrize("route", WRITES)
def test_nobody_writes_on_another_s_publication(
    route: str, photo_of_ada: Photo, bea: User, api: Api, trace: Any
) -> None:
    before = trace()

    refused = call(api(bea), route, photo_of_ada.publication.public_id, photo_of_ada)

    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_OWNER")
    assert trace() == before


@pytest.mark.parametrize("route", ["describe", "remove", "remove by address", "order"])
def test_another_s_photo_is_not_reached_through_one_s_own_publication(
    *, route: str, photo_of_ada: Photo, bea: User, api: Api, publication_of: Any, trace: Any
) -> None:
    own = publication_of(bea)
    before = trace()

    refused = call(api(bea), route, own.public_id, photo_of_ada)

    assert refused.json()["code"] == ("VALIDATION_ERROR" if route == "order" else "IMAGE_NOT_FOUND")
    assert trace() == before


@pytest.mark.parametrize("route", [*READS, *[route for route in WRITES if route != "import"]])
def test_staff_may_what_the_owner_may(route: str, photo_of_ada: Photo, staff: User, api: Api) -> None:
    answer = call(api(staff), route, photo_of_ada.publication.public_id, photo_of_ada)

    assert answer.status_code in {200, 201, 204}


def test_what_staff_adds_is_the_owner_s(ada: User, staff: User, api: Api, publication_of: Any, upload: Any) -> None:
    assert upload(api(staff), publication_of(ada)).status_code == 201
    assert Photo.objects.get().image.owner_id == ada.pk


@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_what_is_hidden_is_not_there_for_strangers(
    route: str, hidden_photo: Photo, bea: User, api: Api, trace: Any
) -> None:
    before = trace()

    refused = call(api(bea), route, hidden_photo.publication.public_id, hidden_photo)
    invented = call(api(bea), route, "nobody", hidden_photo)

    assert refused.status_code == invented.status_code == 404
    assert refused.json() == invented.json()
    assert refused.json()["code"] == "PUBLICATION_NOT_FOUND"
    assert trace() == before


@pytest.mark.parametrize("route", READS)
def test_what_is_hidden_is_there_for_its_owner_and_staff(
    route: str, hidden_photo: Photo, ada: User, staff: User, api: Api
) -> None:
    answers = [call(api(user), route, hidden_photo.publication.public_id, hidden_photo) for user in (ada, staff)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_photo_that_comes_to_what_is_hidden_is_hidden(hidden_photo: Photo, ada: User, api: Api, upload: Any) -> None:
    answer = upload(api(ada), Publication.objects.get())

    assert answer.status_code == 201
    assert api().get(answer.json()["imageUri"]).json()["code"] == "SIGNATURE_INVALID"


HOSTILE = [
    "nobody",
    "0",
    "-1",
    "1%20OR%201=1",
    "__proto__",
    "%D0%B0da",
    "%2e%2e",
    "..%2f..%2fetc",
    "a%00b",
    "a%0Ab",
    "*",
    "x" * 65,
    "x" * 65536,
    "%F0%9F%98%80",
    "%ff",
]


@pytest.mark.parametrize("bad", HOSTILE, ids=lambda bad: bad[:20])
def test_what_is_no_id_leads_nowhere(bad: str, photo_of_ada: Photo, ada: User, api: Api, trace: Any) -> None:
    before = trace()

    answers = [call(api(ada), route, bad, photo_of_ada) for route in [*READS, *WRITES]]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["code"] for answer in answers} <= {"PUBLICATION_NOT_FOUND", "IMAGE_NOT_FOUND", "NOT_FOUND"}
    assert trace() == before
