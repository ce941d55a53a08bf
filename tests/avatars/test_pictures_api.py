from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from avatars.models import Picture

Api = Callable[..., APIClient]
FIELDS = {
    "id",
    "userId",
    "fileName",
    "url",
    "isActive",
    "isDefault",
    "width",
    "height",
    "size",
    "contentType",
    "createdAt",
}


def test_an_upload_is_answered_with_the_picture(ada: User, api: Api, upload: Any, objects: Any) -> None:
    answer = upload(api(ada))

    assert answer.status_code == 201
    assert answer.json()["message"] == "Imagen creada correctamente"
    picture = answer.json()["picture"]
    assert set(picture) == FIELDS
    assert picture["userId"] == ada.public_id
    assert picture["fileName"].startswith(f"{ada.public_id}_")
    assert picture["fileName"].endswith(".jpg")
    assert (picture["width"], picture["height"], picture["contentType"]) == (64, 48, "image/jpeg")
    assert picture["isActive"] is True
    assert picture["isDefault"] is False
    assert picture["createdAt"].endswith("Z")
    assert answer.headers["Location"] == picture["url"]
    assert objects() == [f"images/users/{ada.public_id}/{picture['fileName']}"]


def test_the_address_of_a_picture_leads_to_its_bytes(ada: User, api: Api, upload: Any) -> None:
    picture = upload(api(ada)).json()["picture"]

    served = api().get(picture["url"])

    assert served.status_code == 200
    assert served.headers["Content-Type"] == "image/jpeg"
    assert len(served.getvalue()) == picture["size"]


def test_the_field_may_be_called_image_too(ada: User, api: Api, photo: Callable[..., bytes]) -> None:

    answer = api(ada).post(
        "/pictures/create-picture", {"image": SimpleUploadedFile("a.png", photo(format="PNG"))}, format="multipart"
    )

    assert answer.status_code == 201
    assert answer.json()["picture"]["contentType"] == "image/png"


def test_the_newest_upload_is_active_unless_told_otherwise(ada: User, api: Api, upload: Any) -> None:
    client = api(ada)
    first = upload(client).json()["picture"]
    second = upload(client).json()["picture"]
    third = upload(client, setActive="false").json()["picture"]

    listed = client.get(f"/pictures/get-user-pictures/{ada.public_id}").json()

    assert [(row["id"], row["isActive"]) for row in listed] == [
        (third["id"], False),
        (second["id"], True),
        (first["id"], False),
    ]


def test_a_first_picture_is_active_even_when_told_otherwise(ada: User, api: Api, upload: Any) -> None:
    assert upload(api(ada), setActive="false").json()["picture"]["isActive"] is True


def test_staff_and_only_staff_upload_for_somebody_else(
    *, ada: User, bea: User, staff: User, api: Api, upload: Any, trace: Any
) -> None:
    assert upload(api(staff), userId=ada.public_id).json()["picture"]["userId"] == ada.public_id
    before = trace()

    refused = upload(api(bea), userId=ada.public_id)
    invented = upload(api(bea), userId="user_nobody")

    assert refused.status_code == 404
    assert refused.json()["code"] == "USER_NOT_FOUND"
    assert refused.json() == invented.json()
    assert trace() == before


def test_the_list_of_nobody_s_pictures_is_an_empty_array(ada: User, api: Api) -> None:
    answer = api(ada).get(f"/pictures/get-user-pictures/{ada.public_id}")

    assert answer.status_code == 200
    assert answer.json() == []


def test_any_signed_in_user_sees_the_active_picture_of_another(ada: User, bea: User, api: Api, upload: Any) -> None:
    picture = upload(api(ada)).json()["picture"]

    assert api(bea).get(f"/pictures/get-active-picture/{ada.public_id}").json() == picture


def test_without_an_active_picture_the_refusal_carries_a_message(ada: User, api: Api) -> None:
    answer = api(ada).get(f"/pictures/get-active-picture/{ada.public_id}")

    assert answer.status_code == 404
    assert answer.json()["message"] == "No se encontró una imagen activa"
    assert answer.json()["code"] == "PICTURE_NOT_FOUND"
    assert set(answer.json()) == {"message", "error", "code", "details"}


def test_another_picture_is_chosen(ada: User, api: Api, upload: Any) -> None:
    client = api(ada)
    first, second = (upload(client).json()["picture"] for _ in range(2))

    answer = client.put(f"/pictures/set-active-picture/{first['id']}/{ada.public_id}")

    assert answer.status_code == 200
    assert answer.json() == {
        "message": "Imagen activa establecida correctamente",
        "picture": {**first, "isActive": True},
    }
    assert Picture.objects.get(public_id=second["id"]).is_active is False


def test_the_newest_remaining_follows_a_deleted_active_picture(ada: User, api: Api, upload: Any) -> None:
    client = api(ada)
    _oldest, newest, active = (upload(client).json()["picture"] for _ in range(3))

    answer = client.delete(f"/pictures/delete-picture/{active['id']}/{active['fileName']}/{ada.public_id}")

    assert answer.status_code == 200
    assert answer.json() == {"message": "Imagen eliminada correctamente"}
    assert client.get(f"/pictures/get-active-picture/{ada.public_id}").json()["id"] == newest["id"]


@pytest.mark.django_db(transaction=True)
def test_the_default_follows_the_last_picture(ada: User, api: Api, upload: Any, objects: Any) -> None:
    client = api(ada)
    only = upload(client).json()["picture"]

    client.delete(f"/pictures/delete-picture/{only['id']}/{only['fileName']}/{ada.public_id}")

    [left] = client.get(f"/pictures/get-user-pictures/{ada.public_id}").json()
    assert (left["isDefault"], left["isActive"], left["contentType"]) == (True, True, "image/png")
    assert (left["width"], left["height"]) == (512, 512)
    assert objects() == [f"images/users/{ada.public_id}/{left['fileName']}"]


@pytest.mark.django_db(transaction=True)
def test_clearing_leaves_the_account_and_nothing_else(
    ada: User, api: Api, upload: Any, folder: Any, objects: Any
) -> None:
    client = api(ada)
    for _ in range(3):
        upload(client)
    assert folder(ada).is_dir()

    answer = client.delete(f"/pictures/delete-user/{ada.public_id}")

    assert answer.status_code == 200
    assert answer.json() == {"message": f"Carpeta del usuario {ada.public_id} eliminada correctamente."}
    assert not folder(ada).exists()
    assert objects() == []
    assert client.get(f"/pictures/get-user-pictures/{ada.public_id}").json() == []
    assert User.objects.filter(pk=ada.pk).exists()


def test_the_caller_s_language_is_spoken(ada: User, api: Api, upload: Any) -> None:
    client = api(ada)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    assert upload(client).json()["message"] == "Picture created."


@pytest.mark.django_db(transaction=True)
def test_an_upload_takes_at_most_ten_queries(ada: User, api: Api, upload: Any) -> None:
    client = api(ada)
    upload(client)

    with CaptureQueriesContext(connection) as queries:
        assert upload(client).status_code == 201

    assert len(queries) <= 10, [query["sql"][:80] for query in queries]


def test_a_list_takes_at_most_six_queries_however_long(ada: User, api: Api, picture_of: Any) -> None:
    client = api(ada)
    for _ in range(20):
        picture_of(ada)

    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(f"/pictures/get-user-pictures/{ada.public_id}").json()) == 20

    assert len(queries) <= 6, [query["sql"][:80] for query in queries]


@pytest.mark.django_db(transaction=True)
def test_a_repeated_upload_is_one_picture(ada: User, api: Api, upload: Any, photo: Callable[..., bytes]) -> None:
    client = api(ada)
    client.defaults["HTTP_IDEMPOTENCY_KEY"] = "once"
    data = photo()

    first, second, other = upload(client, data), upload(client, data), upload(client, photo(colour="navy"))

    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 409)
    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert other.json()["code"] == "IDEMPOTENCY_CONFLICT"
    assert Picture.objects.count() == 1
