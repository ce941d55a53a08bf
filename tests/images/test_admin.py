from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from imagehub.images import renditions
from imagehub.images.models import Rendition, Tombstone
from imagehub.images.pipeline.formats import Format
from tests.images.conftest import Keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def root_client(client: Client, staff: User) -> Client:
    User.objects.filter(pk=staff.pk).update(is_superuser=True)
    staff.refresh_from_db()
    client.force_login(staff)
    return client


def test_images_are_shown_with_a_constant_number_of_questions(
    root_client: Client, ada: User, bea: User, keep: Keep, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    images = [keep(person) for person in (ada, bea) for _ in range(4)]
    with django_assert_max_num_queries(8):
        page = root_client.get("/admin/images/image/").content.decode()
    assert all(f"/i/{image.public_id}/thumb.auto?exp=" in page for image in images)


def test_nobody_adds_changes_or_deletes_here(root_client: Client, ada: User, keep: Keep) -> None:
    image = keep(ada)
    assert root_client.get(f"/admin/images/image/{image.pk}/change/").status_code == 200
    for path in ("add/", f"{image.pk}/delete/"):
        assert root_client.post(f"/admin/images/image/{path}", {"post": "yes"}).status_code == 403
    assert root_client.post(f"/admin/images/image/{image.pk}/change/", {"key": "x"}).status_code == 403
    image.refresh_from_db()


def test_tombstones_are_listed(root_client: Client) -> None:
    Tombstone.objects.create(key="images/users/u/x.jpg")
    assert "images/users/u/x.jpg" in root_client.get("/admin/images/tombstone/").content.decode()


def test_staff_lets_renditions_be_made_anew(root_client: Client, ada: User, keep: Keep) -> None:
    image, other = keep(ada), keep(ada)
    for one in (image, other):
        renditions.rendition(one, "thumb", Format.WEBP)
    action = {"action": "purge_renditions", "_selected_action": [image.pk]}
    page = root_client.post("/admin/images/image/", action, follow=True).content.decode()
    assert "1 rendition was removed." in page
    assert Rendition.objects.get().image == other
