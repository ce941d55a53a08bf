from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from avatars.models import Picture

LIST = "/admin/avatars/picture/"


@pytest.fixture
def admin(ada: User) -> Client:  # somebody whose pictures can be looked at
    root = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    client = Client()
    client.force_login(root)
    return client


def test_pictures_are_listed_with_thumbnails(ada: User, admin: Client, picture_of: Callable[..., Picture]) -> None:
    picture = picture_of(ada)

    text = admin.get(LIST).content.decode()

    assert picture.file_name in text
    assert f"/i/{picture.image.public_id}/avatar-64.auto" in text


def test_nothing_can_be_added_or_edited(ada: User, admin: Client, picture_of: Callable[..., Picture]) -> None:
    picture = picture_of(ada)

    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.get(f"{LIST}{picture.pk}/change/").status_code == 200
    assert admin.post(f"{LIST}{picture.pk}/change/", {"is_default": "on"}).status_code == 403


def test_a_deletion_keeps_the_rules(ada: User, admin: Client, picture_of: Callable[..., Picture]) -> None:
    first, second = picture_of(ada), picture_of(ada)

    admin.post(f"{LIST}{second.pk}/delete/", {"post": "yes"})

    assert Picture.objects.of(ada).get() == first
    assert Picture.objects.of(ada).active().get() == first


def test_several_deletions_keep_the_rules(ada: User, admin: Client, picture_of: Callable[..., Picture]) -> None:
    pictures = [picture_of(ada) for _ in range(3)]
    chosen = {"action": "delete_selected", "_selected_action": [picture.pk for picture in pictures], "post": "yes"}

    admin.post(LIST, chosen)

    assert Picture.objects.of(ada).active().get().is_default
    assert Picture.objects.of(ada).count() == 1
