"""What tests about pictures do all the time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from avatars import services, uploads
from avatars.models import Picture
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image

Upload = Callable[..., Any]


@pytest.fixture
def upload(photo: Callable[..., bytes]) -> Upload:
    """Send a picture: `upload(client, data, name="me.jpg", **fields)` returns the answer."""

    def send(client: APIClient, data: bytes | None = None, name: str = "me.jpg", **fields: object) -> Any:
        file = SimpleUploadedFile(name, photo() if data is None else data, "image/jpeg")
        return client.post("/pictures/create-picture", {"file": file, **fields}, format="multipart")

    return send


@pytest.fixture
def picture_of(photo: Callable[..., bytes]) -> Callable[..., Picture]:
    """Give a user a picture without asking the API: `picture_of(ada)`."""

    def give(owner: User, colour: str = "teal", size: tuple[int, int] = (64, 48), **options: object) -> Picture:
        clean = uploads.judge(photo(size=size, colour=colour))
        return services.add(clean, owner=owner, by=owner, **options)  # type: ignore[arg-type]  # passed on as they came

    return give


@pytest.fixture
def objects() -> Callable[..., list[str]]:
    """Look at what is stored: `objects()` returns the keys of all pictures of users."""

    def keys(folder: str = "images/users/") -> list[str]:
        return sorted(found.key for found in storage.walk(folder))

    return keys


@pytest.fixture
def folder() -> Callable[[User], Path]:
    """Return where a user's pictures lie on the disk."""

    def path(owner: User) -> Path:
        return Path(settings.DATA_DIR) / "storage" / "images" / "users" / str(owner.public_id)

    return path


@pytest.fixture
def trace(objects: Callable[..., list[str]]) -> Callable[[], object]:
    """Return everything that a refused request must leave as it was."""

    def state() -> object:
        rows = list(Picture.objects.order_by("id").values_list("id", "active_for_id", "file_name"))
        return rows, Image.objects.count(), Event.objects.count(), objects("")

    return state
