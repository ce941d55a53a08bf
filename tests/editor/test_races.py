"""Many at once: a name is taken once, room is kept to, every edit is one of its own."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.editor.models import Edit, Preset
from imagehub.editor.services import presets
from imagehub.images import decoders, storage
from imagehub.images.models import Image
from imagehub.images.pipeline.render import Rendered
from tests.crowds import at_once

Api = Callable[..., APIClient]
PRESETS = "/api/v1/edits/presets"

pytestmark = pytest.mark.django_db(transaction=True)


def _statuses(client: APIClient, path: str, bodies: list[dict[str, object]]) -> Counter[int]:
    works = [lambda body=body: client.post(path, body, format="json").status_code for body in bodies]
    return Counter(at_once(works, width=8))


def test_a_name_is_taken_once(ada: User, api: Api) -> None:
    assert _statuses(api(ada), PRESETS, [{"name": "Warm", "recipe": []}] * 8) == {201: 1, 409: 7}
    assert Preset.objects.count() == 1


def test_no_more_presets_than_there_is_room_for(ada: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "MOST_PRESETS", 3)
    bodies: list[dict[str, object]] = [{"name": str(number), "recipe": []} for number in range(8)]
    assert _statuses(api(ada), PRESETS, bodies) == {201: 3, 409: 5}
    assert Preset.objects.count() == 3


def test_the_same_revision_many_times_is_as_many_edits(ada: User, api: Api, picture: Image) -> None:
    said: dict[str, object] = {"image": picture.public_id, "recipe": [{"op": "auto"}], "as": "revision"}
    before = storage.read(picture.key)
    assert _statuses(api(ada), "/api/v1/edits", [said] * 6) == {201: 6}
    assert Edit.objects.count() == 6
    assert storage.read(picture.key) == before
    assert sorted(found.key for found in storage.walk("edits/")) == sorted(
        Image.objects.filter(source="edit").values_list("key", flat=True)
    )


@pytest.mark.parametrize("headers", [{}, {"HTTP_IDEMPOTENCY_KEY": "k1"}])
def test_nobody_who_writes_waits_for_a_decoder(
    ada: User, api: Api, picture: Image, monkeypatch: pytest.MonkeyPatch, headers: dict[str, Any]
) -> None:
    edit, is_writing = decoders.edit, []

    def watched(*given: Any) -> Rendered:
        is_writing.append(connection.in_atomic_block)
        return edit(*given)

    monkeypatch.setattr(decoders, "edit", watched)
    said = {"image": picture.public_id, "recipe": [{"op": "auto"}]}
    assert api(ada).post("/api/v1/edits", said, format="json", **headers).status_code == 201
    assert is_writing == [False]
