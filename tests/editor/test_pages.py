"""The editor's pages: for whoever may edit a picture, and in part without script."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from generated import services as generated
from generated.models import Status
from imagehub.editor import services as editor
from imagehub.editor.models import Edit, Kept
from imagehub.editor.recipes import ordered
from imagehub.images.models import Image
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.formats import Format
from imagehub.library import services as library
from imagehub.library import shelving
from tests.editor.conftest import Draw, Trace
from tests.generated.conftest import Give, image_of, png

__all__ = ["image_of"]  # a fixture of theirs
Api = Callable[..., APIClient]

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def _page(image: Image) -> str:
    return f"/edit/{image.public_id}/"


def _facts(text: str) -> dict[str, object]:
    found = re.search(r'<script id="facts" type="application/json">(.*?)</script>', text)
    assert found
    return dict(json.loads(found[1]))


def test_strangers_are_asked_to_sign_in(client: Client, picture: Image) -> None:
    for address in ("/edit/", "/edit/choices/", _page(picture)):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


def test_the_page_tells_its_script_what_it_needs(visitor: Client, picture: Image) -> None:
    facts = _facts(visitor.get(_page(picture)).content.decode())
    told = {name: facts[name] for name in ("image", "width", "height", "recipe", "opened")}
    assert told == {"image": picture.public_id, "width": 64, "height": 48, "recipe": [], "opened": ""}
    assert f"/i/{picture.public_id}/view.auto?" in str(facts["working"])


def test_a_saved_edit_is_opened_again_with_its_recipe(visitor: Client, ada: User, api: Api, picture: Image) -> None:
    recipe = [{"op": "text", "text": "</script><b>&", "x": 0, "y": 0}]
    said = {"image": picture.public_id, "recipe": recipe}
    made = api(ada).post("/api/v1/edits", said, format="json").json()
    facts = _facts(visitor.get(f"{_page(picture)}?edit={made['editId']}").content.decode())
    assert (facts["recipe"], facts["opened"]) == (recipe, made["editId"])
    own = visitor.get(f"/edit/{made['id']}/").content.decode()
    assert f'href="{_page(picture)}?edit={made["editId"]}"' in own
    versions = visitor.get(f"{_page(picture)}?part=versions").content.decode()
    assert f'data-revert="{made["editId"]}"' in versions


def test_anothers_pictures_and_edits_are_not_there(
    visitor: Client, bea: User, api: Api, picture: Image, draw: Draw, trace: Trace
) -> None:
    theirs = draw(bea)
    edit = api(bea).post("/api/v1/edits", {"image": theirs.public_id, "recipe": []}, format="json").json()["editId"]
    before = trace()
    wrong = [_page(theirs), f"{_page(picture)}?edit={edit}", f"{_page(picture)}?edit=%00", "/edit/nothing/"]
    assert [visitor.get(address).status_code for address in wrong] == [404] * 4
    assert visitor.post(_page(theirs), {"action": "left"}).status_code == 404
    assert trace() == before


def test_staff_may_look_at_the_pictures_of_others(client: Client, staff: User, picture: Image) -> None:
    client.force_login(staff)
    assert client.get(_page(picture)).status_code == 200


@pytest.mark.parametrize(
    ("action", "recipe", "size"),
    [
        ("left", [{"op": "rotate", "degrees": 270}], (48, 64)),
        ("right", [{"op": "rotate", "degrees": 90}], (48, 64)),
        ("mirror", [{"op": "flip", "axis": "horizontal"}], (64, 48)),
        ("upside", [{"op": "flip", "axis": "vertical"}], (64, 48)),
        ("auto", [{"op": "auto"}], (64, 48)),
        ("grayscale", [{"op": "grayscale"}], (64, 48)),
    ],
)
def test_without_script_a_button_saves_a_copy(
    visitor: Client, picture: Image, action: str, recipe: object, size: tuple[int, int]
) -> None:
    answer = visitor.post(_page(picture), {"action": action})
    edit = Edit.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, _page(edit.image))
    assert (edit.recipe, edit.is_revision, (edit.image.width, edit.image.height)) == (recipe, False, size)


@pytest.mark.parametrize("action", ["", "delete", "__class__"])
def test_a_button_that_is_none_does_nothing(visitor: Client, picture: Image, trace: Trace, action: str) -> None:
    before = trace()
    assert visitor.post(_page(picture), {"action": action}).status_code == 400
    assert trace() == before


def test_a_form_from_elsewhere_does_nothing(ada: User, picture: Image, trace: Trace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    before = trace()
    assert client.post(_page(picture), {"action": "left"}).status_code == 403
    assert trace() == before


def test_the_last_edits_are_shown_page_by_page(
    visitor: Client, ada: User, bea: User, api: Api, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagehub.editor.page.RECENT", 2)
    assert "Nothing edited yet" in visitor.get("/edit/").content.decode()
    own, theirs = draw(ada), draw(bea)
    said = [(ada, own), (bea, theirs), (ada, own), (ada, own)]
    edits = [
        api(by).post("/api/v1/edits", {"image": of.public_id, "recipe": []}, format="json").json()["editId"]
        for by, of in said
    ]
    first = visitor.get("/edit/").content.decode()
    more = re.search(r'href="(\?before=\d+)"', first)
    assert more
    last = visitor.get(f"/edit/{more[1]}").content.decode()
    shown = [re.findall(r"\?edit=(\w+)", text) for text in (first, last)]
    assert shown == [[edits[3], edits[2]], [edits[0]]]
    assert re.findall(r"\?edit=(\w+)", visitor.get(f"/edit/?before={'9' * 5000}").content.decode()) == shown[0]
    assert 'rel="next"' not in last


def test_the_last_edits_go_by_the_names_of_their_originals(visitor: Client, ada: User, api: Api, draw: Draw) -> None:
    harbour = library.keep(png("teal"), "harbour.png", by=ada).picture
    for image in (harbour, draw(ada)):
        api(ada).post("/api/v1/edits", {"image": image.public_id, "recipe": []}, format="json")
    page = visitor.get("/edit/").content.decode()
    assert re.findall(r'class="edit-title"[^>]*>([^<]*)<', page) == ["harbour"]


def test_only_own_pictures_are_offered_as_watermarks(
    visitor: Client, ada: User, bea: User, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagehub.editor.page.CHOICES", 2)
    own = [draw(ada).public_id for _ in range(3)]
    draw(bea)
    first = visitor.get("/edit/choices/").content.decode()
    more = re.search(r'data-more="/edit/choices/(\?before=\d+)"', first)
    assert more
    last = visitor.get(f"/edit/choices/{more[1]}").content.decode()
    assert [re.findall(r'data-choice="(\w+)"', text) for text in (first, last)] == [[own[2], own[1]], [own[0]]]
    assert own[2] in visitor.get("/edit/choices/?before=first").content.decode()


def test_pictures_that_are_put_away_are_not_offered_as_watermarks(
    visitor: Client, ada: User, draw: Draw, image_of: Give
) -> None:
    harbour, binned = (library.keep(png(colour), f"{colour}.png", by=ada).picture for colour in ("teal", "red"))
    order = ordered(harbour.public_id, [{"op": "sepia"}], by=ada)
    revision = editor.save(order, Output(Format.PNG), by=ada, kept=Kept.REVISION)
    away, kept = image_of(ada, "a fox"), image_of(ada, "a wolf")
    generated.change_status(away.public_id, Status.DELETED, by=ada)
    library.bin([binned.public_id], by=ada)
    fresh = draw(ada)
    shelving.catch_up(ada)

    offered = re.findall(r'data-choice="(\w+)"', visitor.get("/edit/choices/").content.decode())
    assert offered == [fresh.public_id, kept.image.public_id, revision.image.public_id]


def test_typefaces_are_files_that_never_change(client: Client) -> None:
    for name in ("sans", "serif"):
        answer = client.get(f"/edit/fonts/{name}.ttf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "font/ttf")
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.content[:4] == b"\0\1\0\0"
    for name in ("other", "passwd", "sans-bold"):
        assert client.get(f"/edit/fonts/{name}.ttf").status_code == 404
