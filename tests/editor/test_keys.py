"""Keys with the scope `images` open every route of the editor; others open none."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import KeyDraft, create_key, create_service_key
from imagehub.images.models import Image
from tests.editor.conftest import Trace

pytestmark = pytest.mark.django_db
SCOPES = ("pictures", "publications", "events")


def _client(secret: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_X_API_KEY=secret)
    return client


def _answers(client: APIClient, image: str) -> dict[str, int]:
    """Ask every route for something that it gives."""
    said = {"image": image, "recipe": [{"op": "sepia"}]}
    asked: dict[str, tuple[str, object]] = {
        "preview": ("edits/preview", said),
        "render": ("edits/render", said),
        "save": ("edits", said),
        "sign": ("renditions/sign", {"image": image, "operations": "thumb"}),
        "keep": ("edits/presets", {"name": "x", "recipe": []}),
    }
    read = {"operations": "edits/operations", "history": f"edits?image={image}", "presets": "edits/presets"}
    told = {name: client.get(f"/api/v1/{path}").status_code for name, path in read.items()}
    return told | {
        name: client.post(f"/api/v1/{path}", body, "json").status_code for name, (path, body) in asked.items()
    }


def test_a_key_for_images_opens_what_its_owner_may(ada: User, bea: User, picture: Image) -> None:
    answers = _answers(_client(create_key(ada, KeyDraft("own", ("images",)), by=ada).secret), picture.public_id)
    assert answers == dict.fromkeys(answers, 200) | {"save": 201, "keep": 201}
    theirs = _answers(_client(create_key(bea, KeyDraft("theirs", ("images",)), by=bea).secret), picture.public_id)
    about_the_picture = ("history", "preview", "render", "save", "sign")
    assert theirs == answers | dict.fromkeys(about_the_picture, 404)
    assert Image.objects.count() == 2  # the picture, and what its owner's key saved


def test_a_key_of_other_scopes_opens_nothing(ada: User, picture: Image, trace: Trace) -> None:
    client = _client(create_key(ada, KeyDraft("other", SCOPES), by=ada).secret)
    before = trace()
    answers = _answers(client, picture.public_id)
    assert answers == dict.fromkeys(answers, 403)
    assert trace() == before


def test_a_service_edits_anybodys_pictures_and_has_no_presets(staff: User, picture: Image) -> None:
    client = _client(create_service_key(KeyDraft("robot", ("images",)), by=staff).secret)
    answers = _answers(client, picture.public_id)
    assert answers == dict.fromkeys(answers, 200) | {"save": 201, "presets": 403, "keep": 403}
    assert Image.objects.latest("pk").owner == picture.owner
