"""Whose pictures, by whom: what strangers try, and what it changes (nothing)."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.models import User
from avatars.models import Picture
from imagehub.lib.errors import UserNotFound

Api = Callable[..., APIClient]
PictureOf = Callable[..., Picture]


def addresses(owner: User, picture: Picture) -> dict[str, tuple[str, str]]:
    """Return every private route as (method, path), aimed at one user's picture."""
    user = owner.public_id
    return {
        "list": ("get", f"/pictures/get-user-pictures/{user}"),
        "active": ("get", f"/pictures/get-active-picture/{user}"),
        "choose": ("put", f"/pictures/set-active-picture/{picture.public_id}/{user}"),
        "delete": ("delete", f"/pictures/delete-picture/{picture.public_id}/{picture.file_name}/{user}"),
        "clear": ("delete", f"/pictures/delete-user/{user}"),
        "create": ("post", "/pictures/create-picture"),
    }


@pytest.mark.parametrize("route", ["list", "active", "choose", "delete", "clear", "create"])
def test_nobody_in_particular_is_told_to_sign_in(
    route: str, ada: User, api: Api, picture_of: PictureOf, trace: Any
) -> None:
    method, path = addresses(ada, picture_of(ada))[route]
    before = trace()

    answer = getattr(api(), method)(path)

    assert answer.status_code == 401
    assert answer.json()["code"] == "NOT_AUTHENTICATED"
    assert answer.headers["WWW-Authenticate"]
    assert trace() == before


@pytest.mark.parametrize("route", ["list", "choose", "delete", "clear"])
def test_a_stranger_learns_no_more_than_about_an_invented_user(
    *, route: str, ada: User, bea: User, api: Api, picture_of: PictureOf, trace: Any
) -> None:
    picture = picture_of(ada)
    method, path = addresses(ada, picture)[route]
    before = trace()

    refused = getattr(api(bea), method)(path)
    invented = getattr(api(bea), method)(path.replace(ada.public_id, "user_nobody"))

    assert refused.status_code == invented.status_code == 404
    assert refused.json() == invented.json()
    assert refused.json()["code"] == "USER_NOT_FOUND"
    assert trace() == before


@pytest.mark.parametrize("route", ["list", "choose", "delete", "clear"])
def test_staff_may_do_what_the_owner_may(route: str, ada: User, staff: User, api: Api, picture_of: PictureOf) -> None:
    method, path = addresses(ada, picture_of(ada))[route]

    assert getattr(api(staff), method)(path).status_code == 200


def test_another_s_picture_is_not_chosen_under_one_s_own_name(
    *, ada: User, bea: User, api: Api, picture_of: PictureOf, trace: Any
) -> None:
    foreign, _own = picture_of(ada), picture_of(bea)
    before = trace()

    answer = api(bea).put(f"/pictures/set-active-picture/{foreign.public_id}/{bea.public_id}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "PICTURE_NOT_FOUND"
    assert trace() == before


def test_all_three_names_must_agree_before_anything_is_deleted(
    *, ada: User, bea: User, api: Api, picture_of: PictureOf, trace: Any
) -> None:
    hers, other, foreign = picture_of(ada), picture_of(ada), picture_of(bea)
    before = trace()
    ids = [hers.public_id, other.public_id, foreign.public_id]
    names = [hers.file_name, other.file_name, foreign.file_name]
    mixtures = itertools.product(enumerate(ids), enumerate(names), [ada.public_id, bea.public_id])
    wrong = [(i, n, u) for (a, i), (b, n), u in mixtures if a != b or u != ada.public_id or a == 2]

    answers = {api(ada).delete(f"/pictures/delete-picture/{i}/{n}/{u}").status_code for i, n, u in wrong}

    assert len(wrong) == 16
    assert answers == {404}
    assert trace() == before


BAD_IDS = [
    ".",
    "..",
    "*",
    "%2e%2e",
    "%2f",
    "..%2f..%2fetc",
    "0",
    "-1",
    "1" + "0" * 30,
    "%D9%A1%D9%A2",
    "a%00b",
    "a%0Ab",
    "x" * 65,
    "user_%2e%2e",
    "a b",
    "'%20OR%201=1--",
]


@pytest.mark.parametrize("bad", BAD_IDS)
def test_what_is_no_id_leads_nowhere(bad: str, ada: User, api: Api, picture_of: PictureOf, trace: Any) -> None:
    picture = picture_of(ada)
    client = api(ada)
    before = trace()

    answers = [
        client.get(f"/pictures/get-user-pictures/{bad}"),
        client.get(f"/pictures/get-active-picture/{bad}"),
        client.delete(f"/pictures/delete-user/{bad}"),
        client.delete(f"/pictures/delete-picture/{picture.public_id}/{picture.file_name}/{bad}"),
        client.delete(f"/pictures/delete-picture/{picture.public_id}/{bad}/{ada.public_id}"),
        client.put(f"/pictures/set-active-picture/{bad}/{ada.public_id}"),
        api().post(f"/pictures/create-default-picture/{bad}"),
    ]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert all(answer.headers["Content-Type"] == "application/json" for answer in answers)
    assert trace() == before


def test_an_empty_id_never_reaches_the_folder_of_all(ada: User, api: Api, picture_of: PictureOf, trace: Any) -> None:
    picture_of(ada)
    before = trace()

    assert api(ada).delete("/pictures/delete-user/").status_code == 404
    assert api(ada).delete("/pictures/delete-user").status_code == 404
    assert trace() == before


def test_a_token_for_another_purpose_does_not_help(ada: User, api: Api) -> None:
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    answer = client.get(f"/pictures/get-user-pictures/{ada.public_id}")

    assert answer.status_code == 401
    assert answer.json()["code"] == "INVALID_TOKEN"


def test_a_bad_token_is_refused_where_none_is_needed(ada: User, api: Api, trace: Any) -> None:
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    before = trace()

    assert client.post(f"/pictures/create-default-picture/{ada.public_id}").status_code == 401
    assert trace() == before


def test_invented_users_get_no_default_and_then_no_answer(db: None, api: Api, objects: Any) -> None:
    cache.clear()
    # Two windows of 30 at most: a minute may turn while they are sent.
    answers = [api().post(f"/pictures/create-default-picture/user_nobody{n}") for n in range(70)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {404, 429}
    assert len(refused) >= 10
    assert refused[0].headers["Retry-After"]
    assert objects("images/") == []


def test_a_picture_of_somebody_who_is_gone_is_refused(ada: User, picture_of: PictureOf, trace: Any) -> None:
    before = trace()
    ghost = User(pk=ada.pk + 1000, public_id="user_ghost")

    with pytest.raises(UserNotFound):
        picture_of(ghost)

    assert trace() == before
