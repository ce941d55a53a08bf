"""Every change of a user's pictures is told once, with the list as it is afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from avatars import services
from avatars.models import Picture
from imagehub.events import relay
from imagehub.events.models import Event

Api = Callable[..., APIClient]
SOCKET = "a socket of the caller's"


def told() -> list[tuple[str, str]]:
    """Return kind and audience of everything told so far."""
    return list(Event.objects.order_by("id").values_list("kind", "audience"))


def heard(client: APIClient) -> Any:
    """Return the caller's news as clients see them."""
    return client.get("/api/v1/events").json()["events"]


def listed(client: APIClient, owner: User) -> Any:
    """Return the list as the API gives it."""
    return client.get(f"/pictures/get-user-pictures/{owner.public_id}").json()


def test_an_upload_is_told_with_the_whole_list(ada: User, api: Api, upload: Any) -> None:
    client = api(ada)
    upload(client)

    picture = upload(client, socketId=SOCKET).json()["picture"]

    assert told() == [("picture.created", f"user:{ada.pk}")] * 2
    data = heard(client)[-1]["data"]
    assert data == {
        "userId": ada.public_id,
        "picture": picture,
        "pictures": listed(client, ada),
        "socketId": SOCKET,
    }
    assert len(data["pictures"]) == 2


def test_what_is_written_with_a_fact_does_not_grow_with_the_pictures(ada: User, api: Api, upload: Any) -> None:
    for _ in range(3):
        upload(api(ada))

    assert {frozenset(event.data) for event in Event.objects.all()} == {frozenset({"userId", "picture", "socketId"})}


def test_a_page_of_news_costs_one_query_for_the_pictures_of_a_user(
    ada: User, upload: Any, api: Api, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        upload(api(ada))
    relay.advance()

    with django_assert_num_queries(2):
        page = relay.told_to({f"user:{ada.pk}"}, after=0, until=4, limit=10)

    assert [len(news.data["pictures"]) for news in page] == [4, 4, 4, 4]


@pytest.mark.parametrize("place", ["body", "query"])
def test_a_choice_is_told(place: str, ada: User, api: Api, picture_of: Callable[..., Picture]) -> None:
    client = api(ada)
    first, _second = picture_of(ada), picture_of(ada)
    path = f"/pictures/set-active-picture/{first.public_id}/{ada.public_id}"
    Event.objects.all().delete()

    client.put(path, {"socketId": SOCKET}) if place == "body" else client.put(f"{path}?socketId={SOCKET}")

    (event,) = heard(client)
    assert told() == [("picture.activated", f"user:{ada.pk}")]
    assert event["data"]["socketId"] == SOCKET
    assert event["data"]["pictures"] == listed(client, ada)
    assert [card["isActive"] for card in event["data"]["pictures"]] == [False, True]


def test_a_deletion_is_told_once_although_a_default_follows(
    ada: User, api: Api, picture_of: Callable[..., Picture]
) -> None:
    client, only = api(ada), picture_of(ada)
    Event.objects.all().delete()

    client.delete(f"/pictures/delete-picture/{only.public_id}/{only.file_name}/{ada.public_id}")

    (event,) = heard(client)
    assert event["type"] == "picture.deleted"
    assert event["data"]["picture"]["id"] == only.public_id
    assert event["data"]["pictures"] == listed(client, ada)
    assert event["data"]["socketId"] is None


def test_clearing_is_told_with_an_empty_list(
    ada: User, staff: User, api: Api, picture_of: Callable[..., Picture]
) -> None:
    picture_of(ada)
    Event.objects.all().delete()

    api(staff).delete(f"/pictures/delete-user/{ada.public_id}")

    (event,) = heard(api(ada))
    assert told() == [("pictures.cleared", f"user:{ada.pk}")]
    assert event["data"] == {"userId": ada.public_id, "picture": None, "pictures": [], "socketId": None}


def test_a_new_default_is_told_and_a_needless_one_is_not(ada: User) -> None:
    services.create_default(ada)
    services.create_default(ada)

    assert told() == [("picture.created", f"user:{ada.pk}")]


@pytest.mark.django_db(transaction=True)
def test_an_erased_account_leaves_no_pictures_and_tells_nobody(
    ada: User, picture_of: Callable[..., Picture], objects: Any
) -> None:
    picture_of(ada)
    services.create_default(ada)
    Event.objects.all().delete()

    services.erase(ada)

    assert Picture.objects.count() == 0
    assert objects() == []
    assert told() == []
