from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import KeyDraft, create_key, create_service_key
from imagehub.events.models import Event
from publications.models import Publication
from tests.publications.conftest import ROOT

Api = Callable[..., APIClient]
FIELDS = {"id", "title", "description", "ownerId", "imageCount", "images", "createdAt", "updatedAt"}


def test_a_publication_is_put_up_and_read_back(ada: User, bea: User, api: Api) -> None:
    answer = api(ada).post(ROOT, {"title": "A boat", "description": "Dry.\nFast."})

    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == FIELDS
    assert (made["title"], made["description"]) == ("A boat", "Dry.\nFast.")
    assert (made["ownerId"], made["imageCount"], made["images"]) == (ada.public_id, 0, [])
    assert made["createdAt"].endswith("Z")
    assert made["updatedAt"] == made["createdAt"]
    assert answer.headers["Location"] == f"http://testserver{ROOT}/{made['id']}"
    assert api(bea).get(f"{ROOT}/{made['id']}").json() == made
    assert Event.objects.get().data == {"publicationId": made["id"], "publication": made}


def test_photos_are_part_of_a_publication(ada: User, api: Api, publication_of: Any, photo_in: Any) -> None:
    publication = publication_of(ada)
    names = [photo_in(publication).image.public_id for _ in range(2)]

    read = api(ada).get(f"{ROOT}/{publication.public_id}").json()

    assert read["imageCount"] == 2
    assert read["images"] == [f"http://testserver/i/{name}/original.jpg" for name in names]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  A \t boat\n", "A boat"),
        ("A\u202eboat", "Aboat"),
        ("e\u0301", "é"),
        pytest.param("x" + "\u0300" * 100_000, "x" + "\u0300" * 30, id="a crowd of marks"),
        ("x" * 200, "x" * 200),
        (" " + "x" * 200 + " ", "x" * 200),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        (5, "5"),
    ],
)
def test_a_title_is_kept_as_one_clean_line(said: object, kept: str, ada: User, api: Api) -> None:
    assert api(ada).post(ROOT, {"title": said}).json()["title"] == kept


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": " \u200b\u202e "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": None}, "title"),
        ({"title": ["A boat"]}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": "A boat", "description": "x" * 5001}, "description"),
        ({"title": "A boat", "description": None}, "description"),
        ({"title": "A boat", "description": {}}, "description"),
        ({"title": "A boat", "ownerId": "x" * 65}, "ownerId"),
        ([], "non_field_errors"),
    ],
    ids=str,
)
def test_what_is_no_publication_is_not_put_up(body: Any, field: str, ada: User, api: Api, trace: Any) -> None:
    before = trace()

    refused = api(ada).post(ROOT, body)

    assert (refused.status_code, refused.json()["code"]) == (400, "VALIDATION_ERROR")
    assert set(refused.json()["details"]) == {field}
    assert trace() == before


def test_a_publication_sent_again_is_put_up_once(ada: User, api: Api) -> None:
    client = api(ada)
    sent = [client.post(ROOT, {"title": title}, headers={"Idempotency-Key": "once"}) for title in ("A", "A", "Another")]

    assert [answer.status_code for answer in sent] == [201, 201, 409]
    assert sent[0].json() == sent[1].json()
    assert Publication.objects.count() == 1


def test_a_change_says_what_is_otherwise(ada: User, api: Api, publication_of: Any) -> None:
    publication = publication_of(ada, "A boat", "Dry.")
    path = f"{ROOT}/{publication.public_id}"

    first = api(ada).patch(path, {"title": " A ship "}).json()
    second = api(ada).patch(path, {"description": "Wet."}).json()

    assert (first["title"], first["description"]) == ("A ship", "Dry.")
    assert (second["title"], second["description"]) == ("A ship", "Wet.")
    assert second["createdAt"] < first["updatedAt"] < second["updatedAt"]
    assert api(ada).get(path).json() == second
    assert [event.kind for event in Event.objects.order_by("id")][1:] == ["publication.updated"] * 2


@pytest.mark.parametrize("said", [{}, {"title": "A boat"}, {"title": " A  boat"}, {"colour": "red"}], ids=str)
def test_what_changes_nothing_is_no_news(said: Any, ada: User, api: Api, publication_of: Any, trace: Any) -> None:
    publication = publication_of(ada)
    before = trace()

    answer = api(ada).patch(f"{ROOT}/{publication.public_id}", said)

    assert answer.status_code == 200
    assert answer.json()["title"] == "A boat"
    assert trace() == before


@pytest.mark.parametrize("said", [{"title": ""}, {"title": "x" * 201}, {"description": "x" * 5001}, [1]], ids=str)
def test_a_change_that_is_none_is_refused(said: Any, ada: User, api: Api, publication_of: Any, trace: Any) -> None:
    publication = publication_of(ada)
    before = trace()

    assert api(ada).patch(f"{ROOT}/{publication.public_id}", said).status_code == 400
    assert trace() == before


def test_a_deleted_publication_takes_its_photos_along(
    *, ada: User, api: Api, publication_of: Any, photo_in: Any, objects: Any, committing: Any
) -> None:
    doomed, other = publication_of(ada), publication_of(ada)
    photo_in(doomed)
    kept = photo_in(other)
    path = f"{ROOT}/{doomed.public_id}"

    with committing:
        answer = api(ada).delete(path)

    assert answer.status_code == 204
    assert objects() == [kept.image.key]
    assert api(ada).get(path).status_code == api(ada).delete(path).status_code == 404
    told = Event.objects.get(kind="publication.deleted")
    assert told.audience == f"user:{ada.pk}"
    assert (told.data["publicationId"], told.data["publication"]["imageCount"]) == (doomed.public_id, 0)


def test_staff_may_put_up_a_publication_for_somebody(ada: User, staff: User, api: Api) -> None:
    answer = api(staff).post(ROOT, {"title": "A boat", "ownerId": ada.public_id})

    assert answer.json()["ownerId"] == ada.public_id
    assert api(staff).post(ROOT, {"title": "A boat", "ownerId": "user_nobody"}).json()["code"] == "USER_NOT_FOUND"


def test_nobody_speaks_for_somebody_else(ada: User, bea: User, api: Api, trace: Any) -> None:
    before = trace()

    refused = [api(bea).post(ROOT, {"title": "A boat", "ownerId": name}) for name in (ada.public_id, "user_nobody")]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(403, "NOT_OWNER")] * 2
    assert trace() == before
    assert api(bea).post(ROOT, {"title": "A boat", "ownerId": bea.public_id}).status_code == 201


def by_key(secret: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_X_API_KEY=secret)
    return client


def test_a_key_opens_publications_if_it_is_for_them(ada: User) -> None:
    fitting, other = (
        by_key(create_key(ada, KeyDraft("test", (scope,)), by=ada).secret) for scope in ("publications", "pictures")
    )

    assert fitting.post(ROOT, {"title": "A boat"}).json()["ownerId"] == ada.public_id
    assert other.get(ROOT).json()["code"] == "PERMISSION_DENIED"


def test_a_service_says_for_whom(ada: User, staff: User) -> None:
    service = by_key(create_service_key(KeyDraft("test", ("publications",)), by=staff).secret)

    assert set(service.post(ROOT, {"title": "A boat"}).json()["details"]) == {"ownerId"}
    made = service.post(ROOT, {"title": "A boat", "ownerId": ada.public_id}).json()
    assert made["ownerId"] == ada.public_id
    assert service.delete(f"{ROOT}/{made['id']}").status_code == 204
