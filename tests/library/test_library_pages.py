"""The library's pages and what their script asks for."""

import base64
import io
import re
import struct
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from imagehub.editor import services as editor
from imagehub.editor.models import Edit
from imagehub.editor.recipes import ordered
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.formats import Format
from imagehub.library import services, shelving
from imagehub.library.models import Entry
from imagehub.library.services import albums
from tests.generated.conftest import png
from tests.library.filling import fill
from tests.library.rows import image_of

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def window(ada: User) -> Client:
    """A browser in which Ada is signed in."""
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def ids(ada: User) -> list[str]:
    """The public ids of seven pictures, the newest first, one every ten days."""
    fill(ada, 7, days=70)
    return list(Entry.objects.order_by("-number").values_list("image__public_id", flat=True))


def asked(window: Client, what: str = "", **query: str | int) -> Any:
    return window.get(f"/library/grid/{what}", query, headers=SCRIPT).json()


def test_the_home_of_whoever_is_signed_in_is_their_library(window: Client, ids: list[str]) -> None:
    page = window.get("/")
    assert page.status_code == 200
    assert page.content.decode().count("data-tile=") == len(ids)
    assert window.get("/library/?tint=blue").headers["Location"] == "/?tint=blue"
    assert "Sign in" in Client().get("/").content.decode()


def test_the_script_is_told_shapes_and_tiles_of_any_stretch(window: Client, ids: list[str]) -> None:
    shapes = base64.b64decode(asked(window, "shapes/", start=2, length=3)["shapes"])
    images = [Image.objects.get(public_id=image_id) for image_id in ids[2:5]]
    told = [struct.unpack_from(">H3s", shapes, 5 * at) for at in range(3)]
    assert told == [(round(1000 * one.width / one.height), bytes.fromhex(one.colour[1:])) for one in images]

    tiles = asked(window, "tiles/", start=2, length=3)
    assert (tiles["total"], [tile["id"] for tile in tiles["tiles"]]) == (7, ids[2:5])
    assert tiles["tiles"][0]["page"] == f"/library/{ids[2]}/"
    assert asked(window, "ids/", start=5, length=100)["ids"] == ids[5:]
    assert asked(window, "ids/", start=100, length=5)["ids"] == []


def test_an_opening_stands_where_the_address_says(window: Client, ids: list[str]) -> None:
    opening = asked(window, at=ids[4])
    assert (opening["total"], opening["at"], opening["start"], opening["first"]) == (7, 4, 0, 0)
    assert [tile["id"] for tile in opening["tiles"]] == ids
    assert [month["start"] for month in opening["months"]] == sorted({month["start"] for month in opening["months"]})
    assert asked(window, at="nobody")["at"] == 0


@pytest.mark.parametrize("query", ["start=-1&length=3", "start=0&length=0", "start=0", "start=0&length=100000"])
def test_a_stretch_that_makes_no_sense_is_refused(window: Client, query: str) -> None:
    assert window.get(f"/library/grid/tiles/?{query}", headers=SCRIPT).status_code == 400


def test_what_narrows_a_library_is_told_with_a_way_out(window: Client, ids: list[str]) -> None:
    tall = Image.objects.filter(public_id__in=ids, width__lt=96).count()
    opening = asked(window, shape="portrait", q="", tint="nonsense")
    assert (opening["total"], opening["narrowing"], opening["query"]) == (tall, 1, "?shape=portrait")
    assert 'href="/?"' in opening["chips"]
    nothing = asked(window, shape="portrait", q="whale")
    assert (nothing["total"], "Nothing here matches" in nothing["empty"]) == (0, True)


@pytest.mark.parametrize(
    "query",
    ["since=2999-01-01", "until=1000-01-01", "since=9999-12-31&until=0001-01-01", "since=2999-01-01&tint=blue&bin=1"],
)
def test_times_without_pictures_show_none(window: Client, ids: list[str], query: str) -> None:
    for path in ("/", "/library/grid/"):
        page = window.get(f"{path}?{query}")
        assert page.status_code == 200
        assert not any(public_id in page.content.decode() for public_id in ids)


def test_what_only_the_address_says_is_kept_by_the_form_and_can_be_left_out(
    window: Client, ada: User, ids: list[str]
) -> None:
    album = albums.create("Summer", owner=ada)
    albums.add(album.public_id, ids[:2], by=ada)
    month = f"{Entry.objects.order_by('-number')[0].created_at:%Y-%m}"

    opening = asked(window, album=album.public_id, month=month)
    page = window.get("/", {"album": album.public_id, "month": month}).content.decode()

    for name, value in (("album", album.public_id), ("month", month)):
        assert f'<input type="hidden" name="{name}" value="{value}">' in opening["said"]
        assert page.count(f'<input type="hidden" name="{name}" value="{value}">') == 1
    assert opening["narrowing"] == 2
    assert f'href="/?month={month}"><span dir="auto">Album “Summer”</span>' in opening["chips"]
    assert f'href="/?album={album.public_id}"' in opening["chips"]


def test_the_bin_takes_gives_back_and_ends(window: Client, ids: list[str]) -> None:
    binned = window.post("/library/", {"action": "bin", "images": ids[:2]}, headers=SCRIPT).json()
    assert (binned["message"], sorted(binned["images"]), binned["rest"]) == (
        "2 pictures are in the bin.",
        sorted(ids[:2]),
        0,
    )
    assert [asked(window)["total"], asked(window, bin=1)["total"]] == [5, 2]
    assert {tile["note"] for tile in asked(window, "tiles/", bin=1, start=0, length=9)["tiles"]} == {"30 days left"}

    back = window.post("/library/", {"action": "restore", "images": ids[0], "back": "/?bin=1"})
    assert back.headers["Location"] == "/?bin=1"
    emptied = window.post("/library/", {"action": "empty"}, headers=SCRIPT).json()
    assert emptied["message"] == "1 picture is deleted for good."
    assert (asked(window)["total"], Image.objects.filter(public_id=ids[1]).exists()) == (6, False)


def test_an_old_page_of_the_bin_removes_nothing_that_was_restored_since(window: Client, ids: list[str]) -> None:
    window.post("/library/", {"action": "bin", "images": ids[:2]})
    window.post("/library/", {"action": "restore", "images": ids[0]})

    removed = window.post("/library/", {"action": "remove", "images": ids[:2]}, headers=SCRIPT).json()

    assert (removed["message"], removed["count"]) == ("1 picture is deleted for good.", 1)
    assert list(Image.objects.filter(public_id__in=ids[:2]).values_list("public_id", flat=True)) == [ids[0]]
    assert [asked(window)["total"], asked(window, bin=1)["total"]] == [6, 0]


def test_what_is_used_elsewhere_stays_and_is_said(window: Client, ids: list[str]) -> None:
    Image.objects.filter(public_id=ids[0]).update(source=Source.PUBLICATION)
    some = window.post("/library/", {"action": "bin", "images": ids[:2]}, headers=SCRIPT).json()
    assert some["message"] == "1 picture is in the bin. 1 is used elsewhere and stays."
    refused = window.post("/library/", {"action": "bin", "images": ids[:1]}, headers=SCRIPT)
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")
    assert asked(window)["total"] == 6


def test_a_wish_in_parts_is_told_as_a_whole(window: Client, ids: list[str]) -> None:
    Image.objects.filter(public_id=ids[6]).update(source=Source.PUBLICATION)

    def act(**said: object) -> list[object]:
        answer = window.post("/library/", {"done": 300, "rest": 2, **said}, headers=SCRIPT).json()
        return [answer["message"], answer["count"], answer["rest"]]

    binned = act(action="bin", images=[*ids[4:7], "gone"])
    assert binned == ["302 pictures are in the bin. 3 are used elsewhere and stay.", 302, 3]
    assert act(action="restore", images=ids[4]) == ["301 pictures are back.", 301, 0]
    assert act(action="empty", done="many") == ["1 picture is deleted for good.", 1, 0]
    assert act(action="empty") == ["300 pictures are deleted for good.", 300, 0]


def test_a_picture_is_called_something_else_on_its_page(window: Client, bea: User, ids: list[str]) -> None:
    assert window.post(f"/library/{ids[0]}/", {"title": " Out\nat sea "}).headers["Location"] == f"/library/{ids[0]}/"
    said = window.get(f"/library/{ids[0]}/").content.decode()
    assert ['value="Out at sea"' in said, "Saved." in said] == [True, True]
    stranger = Client()
    stranger.force_login(bea)
    assert stranger.post(f"/library/{ids[0]}/", {"title": "Mine"}).status_code == 404
    assert Entry.objects.get(image__public_id=ids[0]).title == "Out at sea"


def test_the_page_of_a_picture_that_the_library_has_not_come_to_yet_is_there(
    window: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelving, "AT_ONCE", 1)
    rows = [image_of(ada) for _ in range(3)]
    assert window.get(f"/library/{rows[2].public_id}/").status_code == 200
    assert list(Image.objects.filter(is_listed=True)) == [rows[2]]


@pytest.mark.parametrize(
    "fields", [{"action": "burn"}, {"action": "bin"}, {"action": "bin", "images": "../../etc"}, {}]
)
def test_an_act_that_makes_no_sense_changes_nothing(window: Client, ids: list[str], fields: dict[str, str]) -> None:
    assert window.post("/library/", fields, headers=SCRIPT).status_code == 400
    assert asked(window)["total"] == len(ids)


def test_originals_leave_one_by_one_or_in_an_archive(window: Client, ids: list[str]) -> None:
    one = window.get(f"/library/{ids[0]}/download/")
    assert one.headers["Content-Disposition"] == f'attachment; filename="picture-{ids[0][:8]}.jpg"'
    assert one.content[:2] == b"\xff\xd8"
    many = window.post("/library/download/", {"images": ids[:3]})
    with zipfile.ZipFile(io.BytesIO(b"".join(many.streaming_content))) as archive:  # type: ignore[attr-defined]  # it streams
        assert sorted(archive.namelist()) == sorted(f"picture-{image_id[:8]}.jpg" for image_id in ids[:3])


def test_a_form_without_script_takes_a_picture_or_says_what_is_wrong(window: Client, photo: Any) -> None:
    taken = window.post("/library/upload/", {"file": SimpleUploadedFile("Red fox.jpg", photo())})
    assert (taken.status_code, Entry.objects.get().title) == (302, "Red fox")
    refused = window.post("/library/upload/", {"file": SimpleUploadedFile("fox.jpg", b"nothing of the kind")})
    assert refused.status_code == 415
    assert 'role="alert"' in refused.content.decode()
    assert Entry.objects.count() == 1


def test_one_picture_tells_what_is_known_of_it(window: Client, ids: list[str]) -> None:
    assert "Picture of" in window.get(f"/library/{ids[0]}/").content.decode()
    facts = window.get(f"/library/{ids[0]}/?part=facts").content.decode()
    assert ("<html" in facts, "Uploaded here" in facts) == (False, True)


def test_pages_of_a_picture_and_its_copies_are_called_differently(window: Client, ada: User) -> None:
    original = services.keep(png(), "Harbour.png", by=ada).picture
    order = ordered(original.public_id, [{"op": "sepia"}], by=ada)
    copies = [editor.save(order, Output(Format.PNG), by=ada).image for _ in range(2)]
    Edit.objects.filter(image=copies[0]).update(created_at="2026-01-02T03:04:05Z")
    services.retitle(copies[1].public_id, "Old harbour", by=ada)

    texts = [window.get(f"/library/{image.public_id}/").content.decode() for image in (original, *copies)]

    titles = [re.findall(r"<title>(.*) · ImageHub</title>", text) for text in texts]
    assert titles == [["Harbour"], ["Harbour, edit of 2 January 2026, 03:04"], ["Old harbour"]]
    assert [text.count(">Harbour</a>") for text in texts] == [0, 1, 1]


@pytest.mark.parametrize("path", ["", "?part=facts", "download/"])
def test_nobody_sees_the_pictures_of_another(bea: User, ids: list[str], path: str) -> None:
    window = Client()
    window.force_login(bea)
    assert window.get(f"/library/{ids[0]}/{path}").status_code == 404
    assert asked(window)["total"] == 0
    assert window.post("/library/", {"action": "bin", "images": ids[:1]}, headers=SCRIPT).status_code == 404
    sent = b"".join(window.post("/library/download/", {"images": ids[:1]}).streaming_content)  # type: ignore[attr-defined]  # it streams
    assert zipfile.ZipFile(io.BytesIO(sent)).namelist() == []


@pytest.mark.parametrize("path", ["/library/grid/", "/library/grid/tiles/", "/library/download/", "/library/a/"])
def test_strangers_are_led_to_the_way_in(path: str) -> None:
    assert Client().get(path).headers["Location"].startswith("/accounts/login/")


def test_the_cost_of_a_stretch_does_not_grow(
    window: Client, ids: list[str], django_assert_max_num_queries: Any
) -> None:
    assert len(ids) == 7
    for what in ("tiles/", "shapes/", "ids/"):
        with django_assert_max_num_queries(7):
            asked(window, what, start=0, length=7)
