"""Recipes under a name: each person's own, as many as there is room for."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.editor.models import Preset
from imagehub.editor.services import presets
from tests.editor.conftest import Draw, Trace

Api = Callable[..., APIClient]
PRESETS = "/api/v1/edits/presets"
WARM = [{"op": "temperature", "value": 0.25}]

pytestmark = pytest.mark.django_db


def _kept(client: APIClient, name: str = "Warm", recipe: object = WARM) -> Any:
    return client.post(PRESETS, {"name": name, "recipe": recipe}, format="json")


def test_presets_are_kept_listed_changed_and_deleted(ada: User, api: Api) -> None:
    client = api(ada)
    assert client.get(PRESETS).json() == {"items": []}
    made, other = _kept(client, "  Warm \n evening "), _kept(client, "Auto", [{"op": "auto"}])
    assert (made.status_code, made.json()["name"], made.json()["recipe"]) == (201, "Warm evening", WARM)
    assert made["Location"] == f"http://testserver{PRESETS}/{made.json()['id']}"
    assert client.get(PRESETS).json()["items"] == [other.json(), made.json()]

    at = f"{PRESETS}/{made.json()['id']}"
    renamed = client.patch(at, {"name": "Dusk"}, format="json").json()
    assert (renamed["name"], renamed["recipe"]) == ("Dusk", WARM)
    changed = client.patch(at, {"recipe": [{"op": "sepia"}]}, format="json").json()
    assert (changed["name"], changed["recipe"]) == ("Dusk", [{"op": "sepia"}])
    assert [client.delete(at).status_code for _ in range(2)] == [204, 404]
    assert client.get(PRESETS).json()["items"] == [other.json()]


def test_the_same_key_keeps_once(ada: User, api: Api) -> None:
    said = {"name": "Warm", "recipe": WARM}
    answers = [api(ada).post(PRESETS, said, format="json", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Preset.objects.count() == 1


def test_a_name_stands_for_one_recipe_of_a_person(ada: User, bea: User, api: Api, trace: Trace) -> None:
    _kept(api(ada))
    cool = _kept(api(ada), "Cool").json()["id"]
    before = trace()
    again, renamed = _kept(api(ada)), api(ada).patch(f"{PRESETS}/{cool}", {"name": "Warm"}, format="json")
    assert [(answer.status_code, answer.json()["code"]) for answer in (again, renamed)] == [(409, "CONFLICT")] * 2
    assert trace() == before
    assert _kept(api(ada), "warm").status_code == 201
    assert _kept(api(bea)).status_code == 201


def test_there_is_room_for_so_many(ada: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "MOST_PRESETS", 2)
    answers = [_kept(api(ada), name) for name in ("one", "two", "three")]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[2].json()["details"] == {"limit": 2}


def test_presets_of_others_are_not_there(ada: User, bea: User, staff: User, api: Api, trace: Trace) -> None:
    at = f"{PRESETS}/{_kept(api(ada)).json()['id']}"
    before = trace()
    assert api().get(PRESETS).status_code == 401
    for stranger in (bea, staff):
        assert api(stranger).get(PRESETS).json() == {"items": []}
        assert api(stranger).patch(at, {"name": "x"}, format="json").status_code == 404
        assert api(stranger).delete(at).status_code == 404
    assert trace() == before
    assert Preset.objects.get().name == "Warm"


@pytest.mark.parametrize(
    ("name", "recipe", "status"),
    [
        ("", WARM, 400),
        (" \u202e ", WARM, 400),
        ("x" * 81, WARM, 400),
        (None, WARM, 400),
        ("ok", None, 400),
        ("ok", {"op": "auto"}, 400),
        ("ok", [{"op": "exec"}], 400),
        ("ok", [{"op": "auto"}] * 51, 400),
        ("ok", [{"op": "watermark", "image": "nothing", "x": 0, "y": 0, "width": 1}], 404),
    ],
)
def test_what_is_no_preset_is_refused(
    ada: User, api: Api, trace: Trace, name: object, recipe: object, status: int
) -> None:
    before = trace()
    assert api(ada).post(PRESETS, {"name": name, "recipe": recipe}, format="json").status_code == status
    assert trace() == before


def test_a_preset_lays_on_no_picture_of_others(ada: User, bea: User, api: Api, draw: Draw, trace: Trace) -> None:
    theirs = draw(bea)
    own = _kept(api(ada)).json()["id"]
    before = trace()
    mark = [{"op": "watermark", "image": theirs.public_id, "x": 0, "y": 0, "width": 0.5}]
    assert _kept(api(ada), "Mark", mark).status_code == 404
    assert api(ada).patch(f"{PRESETS}/{own}", {"recipe": mark}, format="json").status_code == 404
    assert trace() == before
    assert Preset.objects.get().recipe == WARM
