"""Editing over the API: a look first, then a copy; the original stays as it is."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import User
from avatars import services as avatars
from avatars import uploads
from imagehub.editor.models import Edit
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Rendition, Source, Usage
from imagehub.images.pipeline.editing import cost
from imagehub.library import services as library

Api = Callable[..., APIClient]
EDITS = "/api/v1/edits"
PREVIEW = f"{EDITS}/preview"
SIGN = "/api/v1/renditions/sign"
CROP = [{"op": "crop", "x": 0, "y": 0, "width": 0.5, "height": 1}, {"op": "grayscale"}]

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(ada: User, photo: Callable[..., bytes]) -> Image:
    return _picture(ada, photo)


def test_the_operations_are_described_for_forms_and_programs(ada: User, api: Api) -> None:
    assert api().get(f"{EDITS}/operations").status_code == 401
    schema = api(ada).get(f"{EDITS}/operations").json()
    assert schema["type"] == "array"
    assert schema["maxItems"] == 50


def test_a_look_shows_the_picture_and_keeps_nothing(ada: User, api: Api, picture: Image) -> None:
    before = _trace()
    answer = api(ada).post(PREVIEW, {"image": picture.public_id, "recipe": CROP, "width": 20}, format="json")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/webp", "no-store")
    with Pillow.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (20, 30)
        red, green, blue = shown.convert("RGB").getpixel((10, 15))  # type: ignore[misc]  # three, as RGB has
        assert max(red, green, blue) - min(red, green, blue) <= 2
    assert _trace() == before


def test_a_saved_edit_is_an_image_of_its_own_beside_the_original(ada: User, api: Api, picture: Image) -> None:
    original = storage.read(picture.key)
    answer = api(ada).post(EDITS, {"image": picture.public_id, "recipe": CROP}, format="json")
    item = answer.json()
    made = Image.objects.get(public_id=item["id"])

    assert answer.status_code == 201
    assert (item["source"], item["parent"], item["recipe"]) == ("edit", picture.public_id, Edit.objects.get().recipe)
    assert (item["width"], item["height"], item["contentType"]) == (32, 48, "image/jpeg")
    assert item["size"] == made.size == len(storage.read(made.key))
    assert (made.source, made.owner, made.is_public) == (Source.EDIT, ada, False)
    assert storage.read(Image.objects.get(pk=picture.pk).key) == original
    assert Usage.objects.get(owner=ada).files == 2
    assert [(event.kind, event.audience) for event in Event.objects.filter(kind="edit.saved")] == [
        ("edit.saved", f"user:{ada.pk}")
    ]
    assert api(ada).get(item["url"].removeprefix("http://testserver")).content == storage.read(made.key)


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_an_edit_is_kept_in_the_format_that_is_asked_for(ada: User, api: Api, picture: Image, form: str) -> None:
    said = {"image": picture.public_id, "recipe": CROP, "format": form, "quality": 70}
    assert api(ada).post(EDITS, said, format="json").json()["contentType"] == f"image/{form}"


def test_an_edit_is_called_what_the_library_calls_it(ada: User, api: Api, photo: Callable[..., bytes]) -> None:
    """Before the library has looked at anything, after, and where it was given a name of its own."""
    client = api(ada)
    kept = library.keep(photo((64, 48), "teal"), "harbour.jpg", by=ada).picture
    first = _edited(client, kept, 90)
    second = _edited(client, Image.objects.get(public_id=first["id"]), 180)
    nameless = _edited(client, _picture(ada, photo), 90)
    assert [first["title"], second["title"], nameless["title"]] == ["harbour", "harbour", ""]
    listed = {item["id"]: item["title"] for item in client.get("/api/v1/library").json()["items"]}
    assert [listed[edit["id"]] for edit in (first, second, nameless)] == ["harbour", "harbour", ""]

    client.patch(f"/api/v1/library/{first['id']}", {"title": "Harbour, upright"}, format="json")
    history = client.get(EDITS, {"image": kept.public_id}).json()["items"]
    reverted = client.post(f"{EDITS}/{first['editId']}/revert").json()
    again = _edited(client, Image.objects.get(public_id=first["id"]), 270)
    assert [history[0]["title"], reverted["title"], again["title"]] == ["Harbour, upright"] * 3


def test_the_titles_of_a_history_cost_as_much_for_many_as_for_one(ada: User, api: Api, picture: Image) -> None:
    client = api(ada)
    costs = []
    for degrees in (90, 180, 270):
        _edited(client, picture, degrees)
        with CaptureQueriesContext(connection) as asked:
            client.get(EDITS, {"image": picture.public_id})
        costs.append(len(asked))
    assert costs == costs[:1] * 3


def test_an_edit_of_a_models_work_is_marked_as_a_composite(ada: User, api: Api, picture: Image) -> None:
    Image.objects.update(origin="ai", source_type="trainedAlgorithmicMedia")
    item = api(ada).post(EDITS, {"image": picture.public_id, "recipe": CROP}, format="json").json()
    made = Image.objects.get(public_id=item["id"])
    assert (item["origin"], made.source_type) == ("ai", "compositeWithTrainedAlgorithmicMedia")
    assert b"compositeWithTrainedAlgorithmicMedia" in storage.read(made.key)


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        ("crop", "VALIDATION_ERROR"),
        ({"op": "grayscale"}, "VALIDATION_ERROR"),
        ([{"op": "eval"}], "VALIDATION_ERROR"),
        ([{"op": "rotate", "degrees": 1e308}], "VALIDATION_ERROR"),
        ([{"op": "rotate", "degrees": True}], "VALIDATION_ERROR"),
        ([{"op": "crop", "x": 0.9, "y": 0, "width": 0.5, "height": 1}], "VALIDATION_ERROR"),
        ([{"op": "grayscale"}] * 51, "VALIDATION_ERROR"),
        ([{"op": "text", "text": "x", "x": 0, "y": 0, "font": "../../etc/passwd"}], "VALIDATION_ERROR"),
        ([{"op": "resize", "width": 7000, "height": 7000, "fit": "fill"}, {"op": "blur", "radius": 0.1}] * 20, None),
    ],
)
@pytest.mark.parametrize("route", [EDITS, PREVIEW, SIGN])
def test_a_recipe_that_makes_no_sense_is_refused_and_leaves_nothing(
    ada: User, api: Api, picture: Image, recipe: object, code: str | None, route: str
) -> None:
    before = _trace()
    said = {"image": picture.public_id, "operations" if route == SIGN else "recipe": recipe}
    answer = api(ada).post(route, said, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, code or "RECIPE_TOO_EXPENSIVE")
    assert _trace() == before


@pytest.mark.parametrize("route", [EDITS, PREVIEW, SIGN])
def test_anothers_picture_is_not_there(ada: User, bea: User, staff: User, api: Api, picture: Image, route: str) -> None:
    before = _trace()
    said = {"image": picture.public_id, "operations" if route == SIGN else "recipe": CROP}
    missing = {**said, "image": "nothing"}
    assert api().post(route, said, format="json").status_code == 401
    answers = [api(bea).post(route, each, format="json") for each in (said, missing)]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "IMAGE_NOT_FOUND")] * 2
    assert api(bea).get(f"{EDITS}?image={picture.public_id}").status_code == 404
    assert _trace() == before
    assert api(staff).post(route, said, format="json").status_code in {200, 201}


def test_anothers_picture_can_be_no_watermark(
    ada: User, bea: User, api: Api, picture: Image, photo: Callable[..., bytes]
) -> None:
    theirs = _picture(bea, photo)
    before = _trace()
    mark = {"op": "watermark", "image": theirs.public_id, "x": 0, "y": 0, "width": 0.5, "opacity": 1}
    answer = api(ada).post(EDITS, {"image": picture.public_id, "recipe": [mark]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "IMAGE_NOT_FOUND")
    assert _trace() == before


def test_what_is_in_the_bin_can_be_no_watermark(
    ada: User, api: Api, picture: Image, photo: Callable[..., bytes]
) -> None:
    mark = library.keep(photo(), "Mark.jpg", by=ada).picture
    library.bin([mark.public_id], by=ada)
    before = _trace()
    step = {"op": "watermark", "image": mark.public_id, "x": 0, "y": 0, "width": 0.5, "opacity": 1}
    said = {"image": picture.public_id, "recipe": [step]}
    for route in (EDITS, PREVIEW):
        answer = api(ada).post(route, said, format="json", HTTP_ACCEPT_LANGUAGE="en")
        assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
        sentence = "A picture in the recycle bin can't be laid on another. Restore it first."
        assert answer.json()["details"] == {"recipe": [sentence]}
    assert _trace() == before
    library.restore([mark.public_id], by=ada)
    assert api(ada).post(PREVIEW, said, format="json").status_code == 200


def test_more_other_pictures_than_a_decoder_takes_are_not_even_read(
    ada: User, api: Api, picture: Image, photo: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = _picture(ada, photo)
    monkeypatch.setattr(cost, "MOST_BYTES", mark.size - 1)
    storage.delete(mark.key)
    step = {"op": "watermark", "image": mark.public_id, "x": 0, "y": 0, "width": 0.5, "opacity": 1}
    for route in (EDITS, PREVIEW):
        answer = api(ada).post(route, {"image": picture.public_id, "recipe": [step]}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "RECIPE_TOO_EXPENSIVE")


def test_the_same_key_saves_once(ada: User, api: Api, picture: Image) -> None:
    said = {"image": picture.public_id, "recipe": CROP}
    first, again = (api(ada).post(EDITS, said, format="json", HTTP_IDEMPOTENCY_KEY="k1") for _ in range(2))
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert Edit.objects.count() == 1


def test_the_history_tells_the_newest_first_page_by_page(ada: User, api: Api, picture: Image) -> None:
    made = [_edited(api(ada), picture, degrees)["editId"] for degrees in (90, 180, 270)]
    page = api(ada).get(f"{EDITS}?image={picture.public_id}&limit=2").json()
    rest = api(ada).get(f"{EDITS}?image={picture.public_id}&limit=2&cursor={page['next']}").json()
    assert [item["editId"] for item in page["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


def test_an_edit_is_reverted_once_and_stays_to_be_found(ada: User, bea: User, api: Api, picture: Image) -> None:
    edit = _edited(api(ada), picture, 90)["editId"]
    assert api(bea).post(f"{EDITS}/{edit}/revert").status_code == 404
    first, again = (api(ada).post(f"{EDITS}/{edit}/revert").json() for _ in range(2))
    assert first["revertedAt"] == again["revertedAt"] is not None
    assert Event.objects.filter(kind="edit.reverted").count() == 1
    assert api(ada).get(f"{EDITS}?image={picture.public_id}").json()["items"][0]["editId"] == edit


def test_an_edit_outlives_its_original_and_goes_with_its_owner(ada: User, api: Api, picture: Image) -> None:
    _edited(api(ada), picture, 90)
    avatars.clear(owner=ada, by=ada)
    edit = Edit.objects.get()
    assert (edit.parent, edit.parent_id_told) == (None, picture.public_id)
    accounts.erase_account(ada, by=ada)
    assert (Edit.objects.count(), Image.objects.count()) == (0, 0)


def test_a_signed_address_shows_what_the_recipe_gives_and_is_made_once(ada: User, api: Api, picture: Image) -> None:
    answer = api(ada).post(SIGN, {"image": picture.public_id, "operations": CROP, "expires_in": 600}, format="json")
    path = answer.json()["url"].removeprefix("http://testserver")
    shown = [api().get(path, HTTP_ACCEPT="image/webp") for _ in range(2)]
    assert [one.status_code for one in shown] == [200, 200]
    assert (shown[0]["Content-Type"], shown[0]["Vary"]) == ("image/webp", "Accept")
    assert shown[0].content == shown[1].content
    with Pillow.open(io.BytesIO(shown[0].content)) as made:
        assert made.size == (32, 48)
    assert Rendition.objects.count() == 1


def test_operations_without_their_signature_are_refused(ada: User, api: Api, picture: Image) -> None:
    Image.objects.update(is_public=True)
    answer = api(ada).post(SIGN, {"image": picture.public_id, "operations": CROP}, format="json")
    path, _, query = answer.json()["url"].removeprefix("http://testserver").partition("?")
    other = path.replace("grayscale", "sepia")
    assert other != path
    before = _trace()
    for wrong in (path, f"{other}?{query}", f"{path}?{query}0", f"{path}?{query.replace('exp=', 'exp=1')}"):
        answer = api().get(wrong)
        assert (answer.status_code, answer.json()["code"]) == (403, "SIGNATURE_INVALID")
    assert _trace() == before


def test_a_fixed_size_is_signed_by_its_name(ada: User, api: Api, picture: Image) -> None:
    url = api(ada).post(SIGN, {"image": picture.public_id, "operations": "thumb"}, format="json").json()["url"]
    assert f"/i/{picture.public_id}/thumb.auto?exp=" in url


@pytest.mark.parametrize("name", ["thumb;frames:all", "w320;dpr:2;q:low"])
def test_how_a_fixed_size_is_wanted_is_signed_with_it(ada: User, api: Api, picture: Image, name: str) -> None:
    url = api(ada).post(SIGN, {"image": picture.public_id, "operations": name}, format="json").json()["url"]
    assert f"/i/{picture.public_id}/{name}.auto?exp=" in url


@pytest.mark.parametrize("name", ["huge", "size-unheard-of", "thumb;frames:some", ""])
def test_a_size_that_there_is_not_is_told_as_one(ada: User, api: Api, picture: Image, name: str) -> None:
    before = _trace()
    answer = api(ada).post(SIGN, {"image": picture.public_id, "operations": name}, format="json")
    assert (answer.status_code, answer.json()["details"]) == (400, {"operations": ["There is no such size."]})
    assert _trace() == before


def _picture(owner: User, photo: Callable[..., bytes]) -> Image:
    return avatars.add(uploads.judge(photo((64, 48), "teal")), owner=owner, by=owner).image


def _edited(client: APIClient, picture: Image, degrees: int) -> Any:
    recipe = [{"op": "rotate", "degrees": degrees}]
    return client.post(EDITS, {"image": picture.public_id, "recipe": recipe}, format="json").json()


def _trace() -> object:
    """Return all that a refused request must leave as it was."""
    rows = [model.objects.count() for model in (Image, Edit, Rendition, Event, Usage)]
    return rows, sorted(found.key for found in storage.walk(""))


@pytest.mark.parametrize(
    ("name", "status"),
    [("avatar-64;dpr:2;focus:0.25:0.5", 200), ("thumb;q:low", 200), ("thumb;dpr:9", 400), ("thumb;focus:smart", 400)],
)
def test_a_size_is_signed_however_it_is_wanted(ada: User, api: Api, picture: Image, name: str, status: int) -> None:
    answer = api(ada).post(SIGN, {"image": picture.public_id, "operations": name}, format="json")
    assert answer.status_code == status
    if status == 200:
        assert f"/i/{picture.public_id}/{name}.auto?exp=" in answer.json()["url"]
