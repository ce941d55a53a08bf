from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Plan, User
from imagehub.events.models import Event
from imagehub.images.models import Image
from publications.models import Photo, Publication
from tests.loopback import always, answer, serving
from tests.publications.conftest import ROOT, distinct

Api = Callable[..., APIClient]
ITEM = {"id", "imageUri", "altText", "position", "width", "height", "size", "contentType", "createdAt"}


def images(client: APIClient, publication: Publication) -> Any:
    return client.get(f"{ROOT}/{publication.public_id}/images").json()


def test_a_new_photo_is_answered_word_for_word(
    ada: User, api: Api, publication_of: Any, upload: Any, objects: Any
) -> None:
    publication = publication_of(ada)

    answer = upload(api(ada), publication, altText="A red boat")

    assert answer.status_code == 201
    body = answer.json()
    item = body.pop("image")
    assert body == {
        "message": "Imagen agregada exitosamente",
        "imageUri": f"http://testserver/i/{item['id']}/original.jpg",
        "publicationId": publication.public_id,
        "totalImages": 1,
    }
    assert set(item) == ITEM
    assert item["imageUri"] == body["imageUri"] == answer.headers["Location"]
    assert (item["altText"], item["position"], item["width"], item["height"]) == ("A red boat", 0, 64, 48)
    assert item["contentType"] == "image/jpeg"
    assert item["createdAt"].endswith("Z")
    assert [key.split("/")[0] for key in objects()] == [f"images_{publication.public_id}"]


def test_anybody_sees_a_photo_at_its_address(ada: User, api: Api, publication_of: Any, upload: Any) -> None:
    body = upload(api(ada), publication_of(ada)).json()

    served = api().get(body["imageUri"])

    assert served.status_code == 200
    assert served.headers["Content-Type"] == "image/jpeg"
    assert len(served.getvalue()) == body["image"]["size"]


def test_photos_are_listed_in_their_order(ada: User, bea: User, api: Api, publication_of: Any, upload: Any) -> None:
    publication = publication_of(ada)
    added = [upload(api(ada), publication, data).json() for data in distinct(3)]

    listed = images(api(bea), publication)

    assert [body["totalImages"] for body in added] == [1, 2, 3]
    assert listed == {
        "publicationId": publication.public_id,
        "images": [body["imageUri"] for body in added],
        "totalImages": 3,
        "items": [body["image"] for body in added],
    }
    assert [item["position"] for item in listed["items"]] == [0, 1, 2]


def test_a_publication_without_photos_has_an_empty_list(ada: User, api: Api, publication_of: Any) -> None:
    publication = publication_of(ada)

    assert images(api(ada), publication) == {
        "publicationId": publication.public_id,
        "images": [],
        "totalImages": 0,
        "items": [],
    }


@pytest.mark.parametrize(("plan", "limit"), [(Plan.FREE, 4), (Plan.PREMIUM, 8)])
@pytest.mark.parametrize("said", [{}, {"isPremium": "true"}, {"isPremium": "yes, really"}])
def test_the_plan_of_the_account_decides_whatever_is_said(
    *, plan: Plan, limit: int, said: Any, ada: User, api: Api, publication_of: Any, upload: Any, trace: Any
) -> None:
    User.objects.filter(pk=ada.pk).update(plan=plan)
    publication = publication_of(ada)
    *fitting, surplus = distinct(limit + 1)
    client = api(ada)

    assert {upload(client, publication, data, **said).status_code for data in fitting} == {201}
    before = trace()
    refused = upload(client, publication, surplus, **said)

    assert refused.status_code == 403
    assert refused.json() == {
        "error": "Has alcanzado el límite de imágenes para tu plan",
        "code": "IMAGE_LIMIT_REACHED",
        "details": {"limit": limit, "used": limit},
    }
    assert trace() == before


def test_the_same_picture_is_taken_once_whatever_its_file_is_like(
    ada: User, api: Api, publication_of: Any, upload: Any, photo: Any, trace: Any
) -> None:
    publication = publication_of(ada)
    assert upload(api(ada), publication, photo(format="PNG", colour="red")).status_code == 201
    before = trace()

    same_bytes = upload(api(ada), publication, photo(format="PNG", colour="red"), name="other.png")
    longer = upload(api(ada), publication, photo(format="PNG", colour="red") + b"tail")

    for refused in (same_bytes, longer):
        assert refused.status_code == 400
        assert refused.json() == {
            "error": "La imagen ya existe en esta publicación",
            "code": "DUPLICATE_IMAGE",
            "details": None,
        }
    assert trace() == before


def test_a_full_publication_knows_its_photos_again(ada: User, api: Api, publication_of: Any, upload: Any) -> None:
    publication = publication_of(ada)
    known = distinct(4)
    for data in known:
        upload(api(ada), publication, data)

    assert upload(api(ada), publication, known[0]).json()["code"] == "DUPLICATE_IMAGE"


def test_what_others_show_is_nobody_s_business(
    ada: User, bea: User, api: Api, publication_of: Any, upload: Any, photo: Any
) -> None:
    mine, other, foreign = publication_of(ada), publication_of(ada), publication_of(bea)
    data = photo(colour="red")

    answers = [upload(api(ada), mine, data), upload(api(ada), other, data), upload(api(bea), foreign, data)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert Image.objects.values("key").distinct().count() == 3


def test_seven_photos_outlive_the_end_of_premium(
    ada: User, api: Api, publication_of: Any, upload: Any, objects: Any
) -> None:
    User.objects.filter(pk=ada.pk).update(plan=Plan.PREMIUM)
    publication = publication_of(ada)
    pictures = distinct(9)
    for data in pictures[:7]:
        upload(api(ada), publication, data)
    User.objects.filter(pk=ada.pk).update(plan=Plan.FREE)
    client = api(ada)

    listed = images(client, publication)
    assert listed["totalImages"] == 7
    assert {api().get(uri).status_code for uri in listed["images"]} == {200}
    assert upload(client, publication, pictures[7]).status_code == 403
    assert len(objects()) == 7

    # With room again the plan of today counts, whichever places are free.
    for item in listed["items"][:4]:
        assert client.delete(f"{ROOT}/{publication.public_id}/images/{item['id']}").status_code == 200
    assert upload(client, publication, pictures[7]).json()["totalImages"] == 4
    assert upload(client, publication, pictures[8]).status_code == 403


def test_a_full_account_takes_no_photo_even_where_there_is_room(
    *, ada: User, api: Api, publication_of: Any, upload: Any, settings: Settings, trace: Any
) -> None:
    settings.QUOTAS = {**settings.QUOTAS, Plan.FREE: {"bytes": 1 << 30, "files": 1}}
    client, (one, other) = api(ada), distinct(2)
    publication = publication_of(ada)
    assert upload(client, publication, one).status_code == 201
    before = trace()

    refused = upload(client, publication, other)

    assert (refused.status_code, refused.json()["code"]) == (403, "IMAGE_LIMIT_REACHED")
    assert refused.json()["details"] == {"quota": "files", "limit": 1, "used": 1}
    assert trace() == before


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "INVALID_IMAGE"),
        (b"<html>" * 20, 415, "UNSUPPORTED_FORMAT"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, 400, "INVALID_IMAGE"),
        (b"\xff\xd8\xff" + b"\0" * (5 * 1024 * 1024), 413, "FILE_TOO_LARGE"),
    ],
)
def test_what_is_no_photo_leaves_no_trace(
    *, data: bytes, status: int, code: str, ada: User, api: Api, publication_of: Any, upload: Any, trace: Any
) -> None:
    publication = publication_of(ada)
    before = trace()

    refused = upload(api(ada), publication, data)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert trace() == before


def test_only_jpeg_and_png_are_photos(
    ada: User, api: Api, publication_of: Any, upload: Any, photo: Any, trace: Any
) -> None:
    publication = publication_of(ada)
    before = trace()

    refused = [upload(api(ada), publication, photo(format=kind)) for kind in ("WEBP", "GIF")]

    assert {answer.json()["code"] for answer in refused} == {"UNSUPPORTED_FORMAT"}
    assert trace() == before


def test_exactly_one_file_is_taken(ada: User, api: Api, publication_of: Any, photo: Any, trace: Any) -> None:
    path = f"{ROOT}/{publication_of(ada).public_id}/images"
    before = trace()

    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("a.jpg", photo(), "image/jpeg")

    for body in ({}, {"image": "text"}, {"file": file()}, {"image": [file(), file()]}):
        refused = api(ada).post(path, body, format="multipart")
        assert refused.status_code == 400
        assert set(refused.json()["details"]) == {"image"}
    assert api(ada).post(path, {"image": "x"}, format="json").status_code == 415
    assert trace() == before


def forms_of(uri: str) -> dict[str, str]:
    path = uri.removeprefix("http://testserver")
    return {
        "bare id": uri.split("/")[4],
        "encoded": quote(uri, safe=""),
        "encoded once more by habit of slashes": quote(uri, safe="/"),
        "with a query": quote(f"{uri}?exp=1&sig=abc", safe=""),
        "with an open query": f"{quote(uri, safe='')}?exp=1",
        "slashes made one": f"http:/testserver{path}",
        "another of our hosts": quote(f"http://localhost{path}", safe=""),
        "without a host": quote(path, safe=""),
        "https in front": quote(f"https://testserver{path}", safe=""),
    }


@pytest.mark.parametrize("form", list(forms_of("http://testserver/i/a/original.jpg")))
def test_a_photo_is_deleted_by_any_form_of_its_name(
    *, form: str, ada: User, api: Api, publication_of: Any, upload: Any, objects: Any, committing: Any
) -> None:
    publication = publication_of(ada)
    first, second, third = (upload(api(ada), publication, data).json() for data in distinct(3))

    path = f"{ROOT}/{publication.public_id}/images/{forms_of(second['imageUri'])[form]}"
    with committing:
        answer = api(ada).delete(path)

    assert answer.status_code == 200
    assert answer.json() == {
        "message": "Imagen eliminada exitosamente",
        "publicationId": publication.public_id,
        "remainingImages": 2,
    }
    left = images(api(ada), publication)
    assert left["images"] == [first["imageUri"], third["imageUri"]]
    assert [item["position"] for item in left["items"]] == [0, 1]
    assert len(objects()) == 2
    assert api().get(second["imageUri"]).status_code in {403, 404}


FOREIGN = [
    "http://elsewhere.example/i/{id}/original.jpg",
    "http://testserver@elsewhere.example/i/{id}/original.jpg",
    "http://elsewhere.example:80/i/{id}/original.jpg",
    "file:///etc/passwd",
    "file:///i/{id}/original.jpg",
    "//testserver/i/{id}/original.jpg",
    "../../../i/{id}/original.jpg",
    "http://testserver/i/{id}/w640.auto",
    "http://testserver/avatar/{id}",
    "http://testserver/i/../i/{id}/original.jpg",
    "http%3A%2F%2Ftestserver%2Fi%2F{id}%2Foriginal.jpg",
    "javascript:alert(1)",
    "{id}x",
    "{id}.jpg",
    "order",
    "x" * 5000,
    "é",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("reference", FOREIGN)
def test_what_names_no_photo_of_ours_is_not_found(
    reference: str, ada: User, api: Api, publication_of: Any, photo_in: Any, trace: Any
) -> None:
    publication = publication_of(ada)
    name = photo_in(publication).image.public_id
    before = trace()

    refused = api(ada).delete(
        f"{ROOT}/{publication.public_id}/images/{quote(reference.replace('{id}', name), safe='')}"
    )

    if reference == "order":
        assert refused.status_code == 405
    else:
        assert refused.status_code == 404
        assert refused.json() == {"error": "Imagen no encontrada", "code": "IMAGE_NOT_FOUND", "details": None}
    assert trace() == before


def test_a_photo_of_another_publication_is_not_found_here(
    ada: User, api: Api, publication_of: Any, upload: Any, trace: Any
) -> None:
    mine, other = publication_of(ada), publication_of(ada)
    uri = upload(api(ada), other).json()["imageUri"]
    before = trace()

    refused = api(ada).delete(f"{ROOT}/{mine.public_id}/images/{quote(uri, safe='')}")

    assert refused.json()["code"] == "IMAGE_NOT_FOUND"
    assert trace() == before


def test_a_photo_deleted_twice_is_gone_the_second_time(ada: User, api: Api, publication_of: Any, photo_in: Any) -> None:
    publication = publication_of(ada)
    path = f"{ROOT}/{publication.public_id}/images/{photo_in(publication).image.public_id}"

    assert [api(ada).delete(path).status_code for _ in range(2)] == [200, 404]


def test_all_photos_are_deleted_at_once(
    *, ada: User, api: Api, publication_of: Any, photo_in: Any, objects: Any, trace: Any, committing: Any
) -> None:
    publication, other = publication_of(ada), publication_of(ada)
    for _ in range(3):
        photo_in(publication)
    kept = photo_in(other)

    with committing:
        answer = api(ada).delete(f"{ROOT}/{publication.public_id}/images")

    assert answer.status_code == 200
    assert answer.json() == {
        "message": "Todas las imágenes fueron eliminadas exitosamente",
        "publicationId": publication.public_id,
    }
    assert images(api(ada), publication)["totalImages"] == 0
    assert objects() == [kept.image.key]
    before = trace()
    assert api(ada).delete(f"{ROOT}/{publication.public_id}/images").json() == answer.json()
    assert trace() == before


def test_an_order_holds_for_all_and_its_first_is_the_cover(
    ada: User, api: Api, publication_of: Any, photo_in: Any
) -> None:
    publication = publication_of(ada)
    names = [photo_in(publication).image.public_id for _ in range(4)]
    path = f"{ROOT}/{publication.public_id}/images/order"

    for order in (names[::-1], names, [names[2], names[0], names[3], names[1]]):
        answer = api(ada).put(path, {"images": order})
        assert answer.status_code == 200
        assert [item["id"] for item in answer.json()["items"]] == order
        assert [item["position"] for item in answer.json()["items"]] == [0, 1, 2, 3]
        assert answer.json() == images(api(ada), publication)
    assert api(ada).get(f"{ROOT}/{publication.public_id}").json()["images"][0].split("/")[4] == names[2]


@pytest.mark.parametrize(
    "order",
    [
        [],
        [0],
        [0, 0],
        [0, 1, 1],
        [0, 1, 2],
        [0, "stranger"],
        [None, 0],
        [[0], 1],
        {"0": 1},
        "01",
        None,
        [0] * 60,
    ],
    ids=str,
)
def test_an_order_that_is_no_permutation_changes_nothing(
    order: Any, ada: User, api: Api, publication_of: Any, photo_in: Any, trace: Any
) -> None:
    publication, other = publication_of(ada), publication_of(ada)
    names = [photo_in(publication).image.public_id for _ in range(2)] + [photo_in(other).image.public_id]
    said = [names[one] if isinstance(one, int) else one for one in order] if isinstance(order, list) else order
    before = trace()

    refused = api(ada).put(f"{ROOT}/{publication.public_id}/images/order", {"images": said})

    assert refused.status_code == 400
    assert refused.json()["code"] == "VALIDATION_ERROR"
    assert set(refused.json()["details"]) == {"images"}
    assert trace() == before


def test_what_a_photo_shows_can_be_said_later(ada: User, api: Api, publication_of: Any, photo_in: Any) -> None:
    publication = publication_of(ada)
    name = photo_in(publication).image.public_id
    path = f"{ROOT}/{publication.public_id}/images/{name}"

    answer = api(ada).patch(path, {"altText": "  A \u202eboat \n at sea "})

    assert answer.status_code == 200
    assert set(answer.json()) == ITEM
    assert answer.json()["altText"] == "A boat at sea"
    assert Photo.objects.get().alt_text == "A boat at sea"
    assert api(ada).patch(path, {"altText": ""}).json()["altText"] == ""


@pytest.mark.parametrize("said", [{}, {"altText": "x" * 1001}, {"altText": None}, {"altText": ["x"]}, []], ids=str)
def test_words_that_are_none_change_nothing(
    said: Any, ada: User, api: Api, publication_of: Any, photo_in: Any, trace: Any
) -> None:
    publication = publication_of(ada)
    name = photo_in(publication, alt_text="A boat").image.public_id
    before = trace()

    refused = api(ada).patch(f"{ROOT}/{publication.public_id}/images/{name}", said)

    assert refused.status_code == 400
    assert trace() == before


def test_an_upload_sent_again_is_answered_again(
    ada: User, api: Api, publication_of: Any, upload: Any, trace: Any
) -> None:
    publication = publication_of(ada)
    client = api(ada)
    one, other = distinct(2)

    def send(data: bytes) -> Any:
        file = SimpleUploadedFile("a.png", data, "image/png")
        path = f"{ROOT}/{publication.public_id}/images"
        return client.post(path, {"image": file}, format="multipart", headers={"Idempotency-Key": "k-1"})

    first = send(one)
    before = trace()
    again, conflict = send(one), send(other)

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (conflict.status_code, conflict.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert trace() == before


def test_a_photo_may_lie_on_the_web(
    *, ada: User, api: Api, publication_of: Any, photo: Any, settings: Settings, objects: Any
) -> None:
    path = f"{ROOT}/{publication_of(ada).public_id}/images/from-url"
    with serving(always(answer(photo(colour="red")))) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        first = api(ada).post(path, {"url": f"{server.url}/a.jpg", "altText": "A boat", "isPremium": True})
        again = api(ada).post(path, {"url": f"{server.url}/b.jpg"})

    assert first.status_code == 201
    assert first.json()["message"] == "Imagen agregada exitosamente"
    assert (first.json()["totalImages"], first.json()["image"]["altText"]) == (1, "A boat")
    assert again.json()["code"] == "DUPLICATE_IMAGE"
    assert len(objects()) == 1


@pytest.mark.parametrize(
    ("url", "reply", "status", "field"),
    [
        ("http://127.0.0.1:1/a.jpg", b"", 400, "url"),
        ("file:///etc/passwd", b"", 400, "url"),
        ("", b"", 400, "url"),
        ("{here}/a.jpg", b"", 400, "url"),
        ("{here}/a.jpg", b"<html>" * 20, 415, ""),
        ("{here}/a.jpg", b"\xff\xd8\xff" + b"\0" * (6 << 20), 413, ""),
    ],
)
def test_what_is_no_photo_on_the_web_leaves_no_trace(
    *, url: str, reply: bytes, status: int, field: str, request: Any, ada: User, settings: Settings
) -> None:
    publication_of, api, trace = (request.getfixturevalue(name) for name in ("publication_of", "api", "trace"))
    path = f"{ROOT}/{publication_of(ada).public_id}/images/from-url"
    before = trace()

    with serving(always(answer(reply))) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        refused = api(ada).post(path, {"url": url.format(here=server.url)})

    assert refused.status_code == status
    assert set(refused.json()["details"] or {""}) == {field}
    assert trace() == before


def test_every_change_is_told_to_the_owner(ada: User, api: Api, publication_of: Any, upload: Any) -> None:
    publication = publication_of(ada)
    client, base = api(ada), f"{ROOT}/{publication.public_id}/images"
    one, two = (upload(client, publication, data).json()["image"] for data in distinct(2))
    client.put(f"{base}/order", {"images": [two["id"], one["id"]]})
    client.patch(f"{base}/{one['id']}", {"altText": "A boat"})
    client.delete(f"{base}/{one['id']}")
    client.delete(base)

    told = list(Event.objects.order_by("id").values_list("kind", "audience", "data"))

    assert [kind for kind, *_ in told] == [
        "publication.created",
        "publication.image_added",
        "publication.image_added",
        "publication.images_reordered",
        "publication.updated",
        "publication.image_removed",
        "publication.images_cleared",
    ]
    assert {audience for _, audience, _ in told} == {f"user:{ada.pk}"}
    assert {data["publicationId"] for *_, data in told} == {publication.public_id}
    assert [data["publication"]["imageCount"] for *_, data in told] == [0, 1, 2, 2, 2, 1, 0]
    assert told[1][2]["image"] == one
    assert told[3][2]["publication"]["images"] == [two["imageUri"], one["imageUri"]]
    assert told[4][2]["image"]["altText"] == "A boat"
    assert told[5][2]["image"]["id"] == one["id"]


def test_an_upload_costs_few_queries_however_many_there_are(
    ada: User, api: Api, publication_of: Any, upload: Any
) -> None:
    publication, client = publication_of(ada), api(ada)
    counts = []
    for data in distinct(4):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert upload(client, publication, data).status_code == 201
        counts.append(len(queries))

    assert counts[1:] == [counts[1]] * 3
    assert counts[1] <= 24
