"""An edited picture to take away: in full size, in the format and quality that are asked for."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image as Pillow
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.images import queueing
from imagehub.images.models import Image
from tests.editor.conftest import Trace

Api = Callable[..., APIClient]
RENDER = "/api/v1/edits/render"
TURN = [{"op": "rotate", "degrees": 90}]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", [None, "jpeg", "png", "webp", "avif"])
def test_the_picture_comes_whole_in_the_format_and_nothing_is_kept(
    ada: User, api: Api, picture: Image, trace: Trace, form: str | None
) -> None:
    before = trace()
    said = {"image": picture.public_id, "recipe": TURN} | ({"format": form} if form else {})
    answer = api(ada).post(RENDER, said, format="json")
    assert (answer.status_code, answer["Content-Type"]) == (200, f"image/{form or 'jpeg'}")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    with Pillow.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (48, 64)
    assert trace() == before


def test_less_quality_is_fewer_bytes(ada: User, api: Api, picture: Image) -> None:
    sizes = [
        len(api(ada).post(RENDER, {"image": picture.public_id, "recipe": [], "quality": each}, format="json").content)
        for each in (10, 100)
    ]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "gif"},
        {"format": "svg"},
        {"format": ["png"]},
        {"quality": 0},
        {"quality": 101},
        {"quality": "NaN"},
        {"recipe": None},
        {"recipe": "[]"},
        {"recipe": [{"op": "rotate", "degrees": 1e308}]},
        {"recipe": [{"op": "text", "text": "\u0000", "x": 0, "y": 0}]},
        {"recipe": [{"op": "watermark", "image": "../../etc/passwd", "x": 0, "y": 0, "width": 1}]},
        {"recipe": [{"op": "resize", "width": 10**9}]},
        {"recipe": [{"op": "rotate", "degrees": 45}] * 40},
        {"image": ""},
        {"image": {"$ne": ""}},
    ],
    ids=str,
)
def test_a_wish_that_makes_no_sense_is_refused(
    ada: User, api: Api, picture: Image, trace: Trace, wrong: dict[str, Any]
) -> None:
    before = trace()
    answer = api(ada).post(RENDER, {"image": picture.public_id, "recipe": TURN} | wrong, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"VALIDATION_ERROR", "RECIPE_TOO_EXPENSIVE", "PARSE_ERROR"}
    assert trace() == before


@pytest.mark.parametrize("path", ["/api/v1/edits/preview", RENDER, "/api/v1/edits"])
def test_a_full_queue_says_when_to_come_back_and_leaves_nothing(
    ada: User, api: Api, picture: Image, trace: Trace, settings: Any, path: str
) -> None:
    settings.RENDER_QUEUE = 1
    before, said = trace(), {"image": picture.public_id, "recipe": TURN}
    with queueing.queue.place():
        answer = api(ada).post(path, said, format="json")
        assert (answer.status_code, answer.json()["code"]) == (429, "THROTTLED")
        assert answer["Retry-After"] == str(queueing.RETRY_AFTER)
        assert trace() == before
    assert api(ada).post(path, said, format="json").status_code in (200, 201)


def test_the_page_without_script_waits_in_the_same_queue(
    ada: User, client: Client, picture: Image, trace: Trace, settings: Any
) -> None:
    settings.RENDER_QUEUE = 1
    client.force_login(ada)
    before = trace()
    with queueing.queue.place():
        assert client.post(f"/edit/{picture.public_id}/", {"action": "left"}).status_code == 429
    assert trace() == before
