"""The library's routes, as their callers see them."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.events.models import Event
from imagehub.images.models import Image, Source
from imagehub.library.models import Entry

pytestmark = pytest.mark.django_db

Api = Callable[..., APIClient]
Photo = Callable[..., bytes]
LIBRARY = "/api/v1/library"


def sent(data: bytes, name: str = "Harbour at dawn.jpg") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, data)}


def test_a_kept_picture_is_listed_as_the_contract_says(api: Api, photo: Photo, ada: User) -> None:
    answer = api(ada).post(LIBRARY, sent(photo(size=(64, 48), colour="teal")), format="multipart")

    image = Image.objects.get()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{LIBRARY}/{image.public_id}"
    url = answer.json()["url"]
    assert url.startswith(f"http://testserver/i/{image.public_id}/original.jpg?")
    expected = {
        "id": image.public_id,
        "source": "library",
        "url": url,
        "width": 64,
        "height": 48,
        "size": image.size,
        "contentType": "image/jpeg",
        "origin": "unknown",
        "title": "Harbour at dawn",
        "createdAt": answer.json()["createdAt"],
        "parent": None,
        "recipe": None,
    }
    assert answer.json() == expected
    assert api(ada).get(LIBRARY).json() == {"items": [expected], "next": None, "total": 1}
    assert api(ada).get(f"{LIBRARY}/{image.public_id}").json() == expected
    told = [(event.kind, event.data) for event in Event.objects.all()]
    assert told == [("library.added", {"image_id": image.public_id, "source": Source.LIBRARY})]
    assert Entry.objects.get().image == image
