"""What tests about publications do all the time."""

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Usage
from publications import uploads
from publications.models import Photo, Publication, Tally
from publications.services import photos, publications
from publications.services.publications import Draft

Upload = Callable[..., Any]
ROOT = "/api/v1/publications"


@pytest.fixture
def publication_of() -> Callable[..., Publication]:
    """Put up a publication without asking the API: `publication_of(ada, title="A boat")`."""

    def put_up(owner: User, title: str = "A boat", description: str = "") -> Publication:
        return publications.create(Draft(title, description), owner=owner, by=owner)

    return put_up


@pytest.fixture
def photo_in(photo: Callable[..., bytes]) -> Callable[..., Photo]:
    """Hang a photo without asking the API: `photo_in(publication, colour="red")`; another one each time without."""

    def hang(publication: Publication, colour: str = "", alt_text: str = "", **drawn: Any) -> Photo:
        clean = uploads.judge(photo(colour=colour or any_colour(), **drawn))
        return photos.add(clean, publication.public_id, by=publication.owner, alt_text=alt_text)

    return hang


@pytest.fixture
def upload(photo: Callable[..., bytes]) -> Upload:
    """Send a photo: `upload(client, publication, data, name="a.jpg", **fields)` returns the answer."""

    def send(
        client: APIClient, publication: Publication, data: bytes | None = None, name: str = "a.jpg", **fields: object
    ) -> Any:
        drawn = photo(colour=any_colour()) if data is None else data
        file = SimpleUploadedFile(name, drawn, "image/jpeg")
        path = f"{ROOT}/{publication.public_id}/images"
        return client.post(path, {"image": file, **fields}, format="multipart")

    return send


def any_colour() -> str:
    """Return a colour that no other picture of the test is likely to have."""
    return f"#{random.randrange(1 << 24):06x}"  # noqa: S311  # a picture, not a secret


def distinct(count: int) -> list[bytes]:
    """Return so many small pictures, no two of them alike."""
    return [_png((number % 256, number // 256, 77)) for number in range(count)]


def _png(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", (16, 12), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def objects() -> Callable[..., list[str]]:
    """Look at what is stored: `objects()` returns the keys of all photos of publications."""

    def keys(prefix: str = "images_") -> list[str]:
        return sorted(found.key for found in storage.walk("") if found.key.startswith(prefix))

    return keys


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Callable[..., Any]) -> Any:
    """Run what waits for the commit, such as the reaper: `with committing: …`."""
    return django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def trace(objects: Callable[..., list[str]]) -> Callable[[], object]:
    """Return everything that a refused request must leave as it was."""

    def state() -> object:
        rows = list(Photo.objects.order_by("id").values_list("id", "publication_id", "slot", "position", "alt_text"))
        texts = list(Publication.objects.order_by("id").values_list("id", "title", "description", "updated_at"))
        counts = list(Tally.objects.order_by("id").values_list("shelf", "bucket", "shown", "hidden"))
        usage = list(Usage.objects.order_by("owner").values_list("owner", "bytes", "files"))
        return rows, texts, counts, usage, Image.objects.count(), Event.objects.count(), objects("")

    return state
