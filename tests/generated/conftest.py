"""What tests about generated images do all the time."""

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image as Pillow
from rest_framework.test import APIClient

from accounts.models import User
from generated import reading, services
from generated.models import Generated, StatusChange
from imagehub.api.models import Posting
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Tombstone

Give = Callable[..., Generated]
Send = Callable[..., Any]


def png(colour: str = "teal", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Draw a PNG."""
    file = io.BytesIO()
    Pillow.new("RGB", size, colour).save(file, "PNG", **options)
    return file.getvalue()


def base64_of(data: bytes) -> str:
    """Return bytes as clients send them."""
    return base64.b64encode(data).decode()


@pytest.fixture
def send() -> Send:
    """Send an image: `send(client, prompt="a fox", data=png(), metadata={…})` returns the answer."""

    def post(client: APIClient, data: bytes | None = None, **fields: object) -> Any:
        picture = base64_of(png() if data is None else data)
        headers = fields.pop("headers", None)
        body = {"prompt": "a red fox", "imageData": picture, **fields}
        return client.post("/api/images", body, format="json", headers=headers)

    return post


@pytest.fixture
def image_of() -> Give:
    """Give a user an image without asking the API: `image_of(ada, "a red fox")`."""

    def give(owner: User, prompt: str = "a red fox", data: bytes | None = None, **metadata: object) -> Generated:
        draft = reading.draft(prompt, png() if data is None else data, metadata)
        return services.generate(draft, owner=owner, by=owner)[0]

    return give


def stored() -> list[str]:
    """Return the keys of all objects."""
    return sorted(found.key for found in storage.walk(""))


def trace() -> object:
    """Return everything that a refused request must leave as it was."""
    counts = [model.objects.count() for model in (Generated, StatusChange, Image, Event, Posting, Tombstone)]
    return counts, list(Generated.objects.order_by("id").values_list("public_id", "status")), stored()
