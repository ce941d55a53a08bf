"""Animations in a library: kept whole, marked on their stills, and moving where somebody looks at them."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from rest_framework.test import APIClient

import avatars.uploads
import publications.uploads
from accounts.models import User
from imagehub.editor.recipes import ordered
from imagehub.editor.services import edits as editor
from imagehub.images import animations as showing
from imagehub.images.models import Image
from imagehub.images.pipeline.editing.output import Output
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.sharing.terms import Terms
from imagehub.lib.errors import ImageTooLarge
from imagehub.library import services, tasks
from imagehub.library.models import Batch, Entry
from imagehub.library.services import sharing
from imagehub.library.services.sharing import Wish
from tests.corpus import animations, build, odd

pytestmark = pytest.mark.django_db
GIF = animations.moving("GIF")


@pytest.fixture
def window(ada: User) -> Client:
    """A browser in which Ada is signed in."""
    client = Client()
    client.force_login(ada)
    return client


def facts(entry: Entry) -> tuple[str, int, int]:
    image = entry.picture
    return image.content_type, image.frames, image.duration


def tile(window: Client) -> Any:
    return window.get("/library/grid/tiles/", {"start": 0, "length": 1}).json()["tiles"][0]


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (GIF, ("image/gif", 3, 240)),
        (animations.moving("WEBP"), ("image/webp", 3, 240)),
        (odd.TABLE["animated PNG"](), ("image/png", 1, 0)),
        (build.encoded(build.picture(), "GIF"), ("image/png", 1, 0)),
    ],
    ids=["GIF", "WebP", "animated PNG", "still GIF"],
)
def test_what_comes_in_or_is_copied_from_a_harvest_goes_on_moving(
    ada: User, data: bytes, kept: tuple[str, int, int]
) -> None:
    assert facts(services.keep(data, "a.gif", by=ada)) == kept
    assert facts(services.adopt(data, "Disc", by=ada)) == kept


def test_a_recording_of_a_screen_is_kept_whole(client: Client, ada: User) -> None:
    """Nine hundred small changes on a large canvas: more than a rendition is made of, and little to keep."""
    image = services.keep(animations.gif(*[animations.dot()] * 900, size=(640, 420)), "screen.gif", by=ada).picture
    assert (image.frames, showing.moving(image), showing.moving_or_original(image)) == (900, "", "original")
    client.force_login(ada)
    assert client.get(f"/edit/{image.public_id}/").status_code == 200
    order = ordered(image.public_id, [{"op": "auto"}], by=ada)
    assert editor.made(order, Output(Format.PNG)).width == 640


@pytest.mark.parametrize(
    ("judge", "data"),
    [(avatars.uploads.judge, animations.moving("WEBP")), (publications.uploads.judge, odd.TABLE["animated PNG"]())],
    ids=["avatars", "publications"],
)
def test_other_surfaces_keep_stills(judge: Callable[[bytes], Clean], data: bytes) -> None:
    made = judge(data)
    assert (made.frames, made.duration) == (1, 0)


def test_an_animation_that_would_cost_too_much_leaves_no_trace(ada: User) -> None:
    with pytest.raises(ImageTooLarge):
        services.keep(animations.HOSTILE["GIF of 400 dots on a huge canvas"][0](), "a.gif", by=ada)
    assert not Image.objects.exists()


def test_its_tile_is_a_still_with_a_mark_and_tells_where_it_moves(window: Client, ada: User) -> None:
    services.keep(build.encoded(build.picture(), "PNG"), "still.png", by=ada)
    assert tile(window)["moving"] == ""
    assert '<span class="motion-mark" title="Moving picture" hidden>' in window.get("/").content.decode()

    entry = services.keep(GIF, "disc.gif", by=ada)
    told = tile(window)
    assert f"/i/{entry.picture.public_id}/original.gif?" in told["moving"]
    assert "frames:all" not in told["src"] + told["srcset"]
    assert '<span class="motion-mark" title="Moving picture">' in window.get("/").content.decode()


def test_its_own_page_says_how_long_it_is_and_plays_it_without_script(window: Client, ada: User) -> None:
    entry = services.keep(GIF, "disc.gif", by=ada)
    page = window.get(f"/library/{entry.picture.public_id}/").content.decode()
    assert "3 frames, 0.2 seconds" in page
    assert f"/i/{entry.picture.public_id}/original.gif?" in page


@pytest.mark.parametrize(
    ("frames", "size", "weight", "name"),
    [
        (1, (900, 600), 10**6, ""),
        (30, (300, 200), 10**5, "original"),
        (30, (300, 200), 10**6, "w320;frames:all"),
        (30, (900, 600), 10**6, "w960;frames:all"),
        (30, (1400, 900), 10**6, "w960;frames:all"),
        (90, (900, 600), 10**6, "w320;frames:all"),
        (320, (1000, 125), 10**6, "w640;frames:all"),
        (500, (400, 240), 10**6, "original"),
    ],
)
def test_it_is_shown_as_large_as_is_made_in_bearable_time(
    frames: int, size: tuple[int, int], weight: int, name: str
) -> None:
    image = Image(width=size[0], height=size[1], frames=frames, size=weight)
    assert showing.moving_or_original(image) == name


def test_holders_of_a_link_see_it_move_and_are_not_given_the_original(ada: User) -> None:
    images = [services.keep(data, "a", by=ada).picture for data in (GIF, build.encoded(build.picture(), "PNG"))]
    _, token = sharing.share_images([image.public_id for image in images], Wish(Terms()), owner=ada)
    page = Client().get(f"/l/{token}").content.decode()
    moving = re.findall(r'data-moving="([^"]+)"', page)
    assert [urlsplit(address).path for address in moving] == [f"/i/{images[0].public_id}/w320;frames:all.auto"]
    assert page.count('class="motion-mark"') == 1
    answer = Client().get(unescape(moving[0]), headers={"Accept": "image/avif,image/webp"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")


def test_the_editor_tells_of_animations_alone(window: Client, ada: User) -> None:
    moving = services.keep(GIF, "disc.gif", by=ada).picture.public_id
    still = services.keep(build.encoded(build.picture(), "PNG"), "still.png", by=ada).picture.public_id
    said = [b"Its first frame is edited" in window.get(f"/edit/{image}/").content for image in (moving, still)]
    assert said == [True, False]


def test_who_edits_many_is_told_before_and_after_which_of_them_will_stand_still(
    window: Client, api: Callable[..., APIClient], ada: User
) -> None:
    disc = services.keep(GIF, "disc.gif", by=ada).picture
    still = services.keep(build.encoded(build.picture(), "PNG"), "still.png", by=ada).picture
    names = window.get("/library/grid/ids/", {"start": 0, "length": 5}).json()
    assert (names["ids"], names["moving"]) == ([still.public_id, disc.public_id], [disc.public_id])
    assert "Their first frames are edited" in window.get("/").content.decode()

    chosen = {"images": [disc.public_id, still.public_id], "recipe": [{"op": "grayscale"}]}
    batch = api(ada).post("/api/v1/library/batches", chosen, format="json").json()
    assert batch["stilled"] == []
    tasks.edit_many(Batch.objects.get().pk)
    batch = api(ada).get(f"/api/v1/library/batches/{batch['id']}").json()
    assert len(batch["made"]) == 2
    assert batch["stilled"] == batch["made"][:1]
    pages = [window.get(f"/library/{image}/").content.decode() for image in batch["made"]]
    assert ["the original moves" in page for page in pages] == [True, False]
