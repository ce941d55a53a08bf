"""An edit as a revision stands in the place of its original, until it is taken back."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from avatars import services as avatars
from imagehub.editor import revisions
from imagehub.editor.models import Edit
from imagehub.images.models import Image

Api = Callable[..., APIClient]
EDITS = "/api/v1/edits"

pytestmark = pytest.mark.django_db


class Album:
    """A picture and what is made of it; `shown()` is what stands where the picture stood."""

    def __init__(self, client: APIClient, picture: Image) -> None:
        self.client, self.picture = client, picture

    def save(self, kept: str | None = "revision", of: str | None = None) -> dict[str, str]:
        said = {"image": of or self.picture.public_id, "recipe": [{"op": "sepia"}]} | ({"as": kept} if kept else {})
        answer = self.client.post(EDITS, said, format="json")
        assert answer.status_code == 201
        return dict(answer.json())

    def revert(self, edit: dict[str, str]) -> None:
        assert self.client.post(f"{EDITS}/{edit['editId']}/revert").status_code == 200

    def shown(self) -> list[str]:
        images = list(Image.objects.order_by("pk"))
        hidden = revisions.hidden(images)
        return [image.public_id for image in images if image.pk not in hidden]


@pytest.fixture
def album(ada: User, api: Api, picture: Image) -> Album:
    return Album(api(ada), picture)


def test_a_copy_stands_beside_and_is_the_usual(album: Album) -> None:
    usual, copy = album.save(None), album.save("copy")
    assert (usual["kept"], copy["kept"]) == ("copy", "copy")
    assert album.shown() == [album.picture.public_id, usual["id"], copy["id"]]


def test_the_newest_revision_that_holds_stands_for_the_original(album: Album) -> None:
    first, second = album.save(), album.save()
    assert first["kept"] == "revision"
    assert album.shown() == [second["id"]]
    album.revert(second)
    assert album.shown() == [first["id"]]
    album.revert(first)
    assert album.shown() == [album.picture.public_id]


def test_a_revision_of_a_revision_stands_for_both(album: Album) -> None:
    first = album.save()
    second = album.save(of=first["id"])
    assert album.shown() == [second["id"]]
    album.revert(second)
    assert album.shown() == [first["id"]]


def test_a_revision_outlives_its_original(ada: User, album: Album) -> None:
    older, newer = album.save(), album.save()
    avatars.clear(owner=ada, by=ada)
    assert album.shown() == [newer["id"]]
    album.revert(newer)
    assert album.shown() == [older["id"]]


@pytest.mark.parametrize(("kept", "looked_at"), [("revision", 0), ("copy", 2)])
def test_lists_look_again_at_what_a_revision_has_changed(album: Album, kept: str, looked_at: int) -> None:
    earlier = album.save(kept)
    Image.objects.update(is_listed=True)
    album.revert(earlier)
    assert Image.objects.filter(is_listed=True).count() == looked_at


def test_what_it_is_kept_as_is_one_of_two_words(ada: User, api: Api, picture: Image) -> None:
    said = {"image": picture.public_id, "recipe": [], "as": "original"}
    answer = api(ada).post(EDITS, said, format="json")
    assert (answer.status_code, list(answer.json()["details"])) == (400, ["as"])
    assert Edit.objects.count() == 0


def test_who_is_hidden_is_found_in_two_queries(
    album: Album, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(3):
        album.save()
    images = list(Image.objects.all())
    with django_assert_num_queries(2):  # type: ignore[attr-defined]  # a context manager, which the fixture's type hides
        revisions.hidden(images)
