"""Whatever creates an image stores its bytes while no row is locked, and takes back what stays unused."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import User
from avatars import naming, uploads
from avatars import services as avatars
from avatars.models import Picture
from imagehub.api.models import Answer
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Tombstone
from imagehub.images.storage import LocalStorage
from publications.services import publications
from publications.services.publications import Draft
from tests.crowds import at_once
from tests.generated.conftest import base64_of, png

pytestmark = pytest.mark.django_db(transaction=True)

KEYED: Any = {"HTTP_IDEMPOTENCY_KEY": "k"}
Photo = Callable[..., bytes]
Send = Callable[[APIClient], Any]


class Watched(LocalStorage):
    """Notes for each object whether it is stored within a transaction, and lets others act once it is stored."""

    locked: list[bool] = []  # of whichever of them the settings name
    meanwhile: list[Callable[[], object]] = []  # likewise

    def put(self, key: str, data: bytes) -> None:
        self.locked.append(connection.in_atomic_block)
        super().put(key, data)
        while self.meanwhile:
            self.meanwhile.pop()()

    def delete(self, name: str) -> None:
        # The reaper holds what it removes, which nobody else asks for.
        self.locked.append(connection.in_atomic_block and not Tombstone.objects.filter(key=name).exists())
        super().delete(name)


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    place: dict[str, Any] = {**cast("dict[str, Any]", settings.STORAGES["default"]), "BACKEND": f"{__name__}.Watched"}
    with override_settings(STORAGES={**settings.STORAGES, "default": place}):
        yield
    Watched.locked.clear()
    Watched.meanwhile.clear()


def stored() -> list[str]:
    """Return the keys of all objects that rows should know."""
    return sorted(found.key for found in storage.walk("") if not found.key.startswith("images/default/"))


def known() -> list[str]:
    """Return the keys that rows know."""
    return sorted(Image.objects.values_list("key", flat=True))


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", data, "image/png")


def _picture(_owner: User, photo: Photo) -> Send:
    data = photo(format="PNG")
    return lambda client: client.post("/pictures/create-picture", {"file": _file(data)}, format="multipart", **KEYED)


def _default(owner: User, _photo: Photo) -> Send:
    path = f"/pictures/create-default-picture/{owner.public_id}"
    return lambda client: client.post(path, {"customName": "me"}, format="json", **KEYED)


def _photo_of_publication(owner: User, photo: Photo) -> Send:
    path = f"/api/v1/publications/{publications.create(Draft('A boat', ''), owner=owner, by=owner).public_id}/images"
    data = photo(format="PNG")
    return lambda client: client.post(path, {"image": _file(data)}, format="multipart", **KEYED)


def _generated(_owner: User, _photo: Photo) -> Send:
    body = {"prompt": "a red fox", "imageData": base64_of(png())}
    return lambda client: client.post("/api/images", body, format="json", **KEYED)


def _kept(_owner: User, photo: Photo) -> Send:
    data = photo(format="PNG")
    return lambda client: client.post("/api/v1/library", {"file": _file(data)}, format="multipart", **KEYED)


def _edit(owner: User, photo: Photo) -> Send:
    image = avatars.add(uploads.judge(photo()), owner=owner, by=owner).image
    Watched.locked.clear()
    body = {"image": image.public_id, "recipe": [{"op": "auto"}]}
    return lambda client: client.post("/api/v1/edits", body, format="json", **KEYED)


CREATIONS = [_picture, _default, _photo_of_publication, _generated, _kept, _edit]


@pytest.mark.parametrize("prepared", CREATIONS)
def test_no_row_is_locked_while_bytes_travel(
    ada: User, api: Callable[..., APIClient], photo: Photo, prepared: Callable[[User, Photo], Send]
) -> None:
    send = prepared(ada, photo)

    first, again = send(api(ada)), send(api(ada))

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    assert set(Watched.locked) == {False}
    assert stored() == known()


def test_nor_while_a_name_is_cleared_up_that_is_wanted_again(
    ada: User, api: Callable[..., APIClient], photo: Photo
) -> None:
    Tombstone.objects.create(key=naming.key(ada.public_id, "me.png"))

    assert _default(ada, photo)(api(ada)).status_code == 201

    assert set(Watched.locked) == {False}
    assert known() == stored() == [naming.key(ada.public_id, "me.png")]
    assert not Tombstone.objects.exists()


@pytest.mark.parametrize("prepared", [each for each in CREATIONS if each is not _default])  # those come in turns
def test_a_twin_that_was_faster_is_repeated_and_nothing_is_left_of_the_slower_one(
    ada: User, api: Callable[..., APIClient], photo: Photo, prepared: Callable[[User, Photo], Send]
) -> None:
    send = prepared(ada, photo)
    before = Image.objects.count()
    twins: list[Any] = []
    Watched.meanwhile.append(lambda: twins.extend(at_once([lambda: send(api(ada))])))

    slower = send(api(ada))

    assert slower.headers["Idempotency-Replayed"] == "true"
    assert [twin.json() for twin in twins] == [slower.json()]
    assert (Image.objects.count(), Answer.objects.count()) == (before + 1, 1)
    assert set(Watched.locked) == {False}
    assert stored() == known()


def test_the_last_picture_is_deleted_and_no_row_is_locked_while_the_default_is_stored(ada: User, photo: Photo) -> None:
    only = avatars.add(uploads.judge(photo()), owner=ada, by=ada)

    avatars.delete(only.public_id, only.file_name, owner=ada, by=ada)

    assert Picture.objects.get().is_default
    assert set(Watched.locked) == {False}
    assert stored() == known()


def test_a_default_that_is_not_needed_any_more_is_taken_back(ada: User, photo: Photo) -> None:
    only = avatars.add(uploads.judge(photo()), owner=ada, by=ada)
    added: list[Picture] = []
    Watched.meanwhile.append(lambda: added.append(avatars.add(uploads.judge(photo()), owner=ada, by=ada)))

    avatars.delete(only.public_id, only.file_name, owner=ada, by=ada)

    assert list(Picture.objects.all()) == added
    assert Picture.objects.get().is_active
    assert stored() == known()
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "picture.created",
        "picture.created",
        "picture.deleted",
    ]
