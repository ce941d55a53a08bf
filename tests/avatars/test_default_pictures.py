from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from avatars import defaults, naming
from avatars.models import Picture
from imagehub.images import storage

Api = Callable[..., APIClient]


def ask(client: APIClient, owner: User, **fields: object) -> Any:
    """Ask for the default picture of a user."""
    return client.post(f"/pictures/create-default-picture/{owner.public_id}", fields)


def test_anybody_may_give_a_user_without_pictures_the_default(ada: User, api: Api, objects: Any) -> None:
    answer = ask(api(), ada)

    assert answer.status_code == 201
    assert answer.json()["message"] == "Imagen por defecto creada correctamente"
    picture = answer.json()["picture"]
    assert (picture["isDefault"], picture["isActive"]) == (True, True)
    assert (picture["width"], picture["height"], picture["contentType"]) == (512, 512, "image/png")
    assert picture["fileName"].startswith(f"{ada.public_id}_")
    assert objects() == [f"images/users/{ada.public_id}/{picture['fileName']}"]


def test_whoever_has_pictures_keeps_them_and_the_active_one(ada: User, api: Api, picture_of: Any, trace: Any) -> None:
    active, _spare = picture_of(ada), picture_of(ada, standing="spare")
    before = trace()

    answer = ask(api(), ada)

    assert answer.status_code == 200
    assert answer.json()["message"] == "Imagen por defecto creada correctamente"
    assert answer.json()["picture"]["id"] == active.public_id
    assert trace() == before


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("mi-avatar", "mi-avatar.png"),
        ("mi-avatar.png", "mi-avatar.png"),
        ("foto.JPG", "foto.png"),
        ("a.php.jpg", "a.php.png"),
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\boot.ini", "boot.ini.png"),
        (".htaccess", "htaccess.png"),
        ("año nuevo", "ano-nuevo.png"),
        ("x\r\nSet-Cookie: a", "x-Set-Cookie-a.png"),
        ("a" * 500, "a" * 100 + ".png"),
        ("a...b", "a.b.png"),
    ],
)
def test_the_wished_name_is_cleaned(wish: str, name: str, ada: User, api: Api, objects: Any) -> None:
    answer = ask(api(), ada, customName=wish)

    assert answer.json()["picture"]["fileName"] == name
    assert objects() == [f"images/users/{ada.public_id}/{name}"]


@pytest.mark.parametrize("wish", ["", "..", "///", "日本語", "\u202e", "-_.", None])
def test_a_wish_of_which_nothing_is_left_is_no_wish(wish: str | None, ada: User, api: Api) -> None:
    assert ask(api(), ada, customName=wish).json()["picture"]["fileName"].startswith(f"{ada.public_id}_")


@pytest.mark.parametrize("wish", [{"a": 1}, ["x"], "nul\x00"])
def test_a_wish_that_is_no_name_is_refused(wish: object, ada: User, api: Api, trace: Any) -> None:
    before = trace()

    answer = ask(api(), ada, customName=wish)

    assert answer.status_code == 400
    assert list(answer.json()["details"]) == ["customName"]
    assert trace() == before


def test_a_name_that_is_taken_gets_a_neighbour(ada: User, api: Api) -> None:
    storage.put(naming.key(ada.public_id, "me.png"), b"an object that lost its row")

    name = ask(api(), ada, customName="me").json()["picture"]["fileName"]

    assert name.startswith("me-")
    assert name.endswith(".png")
    assert storage.read(naming.key(ada.public_id, "me.png")) == b"an object that lost its row"


@pytest.mark.django_db(transaction=True)
def test_a_name_is_free_again_after_clearing(ada: User, api: Api, objects: Any) -> None:
    for _ in range(2):
        assert ask(api(), ada, customName="me").json()["picture"]["fileName"] == "me.png"
        assert objects() == [f"images/users/{ada.public_id}/me.png"]
        api(ada).delete(f"/pictures/delete-user/{ada.public_id}")
    assert objects() == []


def test_the_default_lies_in_its_place_once(db: None) -> None:
    defaults.ensure_default_object()
    first = storage.read("images/default/default.png")
    defaults.ensure_default_object()

    assert storage.read("images/default/default.png") == first
    assert first.startswith(b"\x89PNG")


def test_a_default_put_there_by_others_is_what_users_get(ada: User, api: Api, photo: Any) -> None:
    storage.put("images/default/default.png", photo(size=(32, 32), format="PNG"))

    assert ask(api(), ada).json()["picture"]["width"] == 32
    assert Picture.objects.get().image.width == 32


def test_a_real_upload_replaces_the_default_as_active(ada: User, api: Api, upload: Any) -> None:
    ask(api(), ada)

    assert upload(api(ada)).json()["picture"]["isActive"] is True
    assert list(Picture.objects.of(ada).values_list("is_default", "active_for")) == [(False, ada.pk), (True, None)]


def test_the_wish_may_stand_behind_the_question_mark(ada: User, api: Api) -> None:
    path = f"/pictures/create-default-picture/{ada.public_id}"
    assert api().post(f"{path}?customName=mine").json()["picture"]["fileName"] == "mine.png"
