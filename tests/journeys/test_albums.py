"""Somebody puts pictures into an album and shares it, and somebody without an account looks at it."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from imagehub.images.sharing.terms import Terms
from imagehub.library import albums as reading
from imagehub.library import services
from imagehub.library.models import Album, Allowed, ShareLink
from imagehub.library.services import albums, sharing
from imagehub.library.services.sharing import Wish
from tests.journeys.screens import glance
from tests.journeys.test_generated_boards import NAUGHTY, SECRET, choose_all, enter
from tests.journeys.waits import another_page, copied

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]
Photo = Callable[..., bytes]
NAMES = ("teal", "navy", "olive")
SEND_ALL = """() => {
  const form = document.querySelector("[data-chosen-form]");
  for (const { dataset } of form.querySelectorAll("[data-tile]")) {
    form.append(Object.assign(document.createElement("input"), { name: "images", value: dataset.tile }));
  }
  form.action = "/library/chosen/";
  form.submit();
}"""


@pytest.fixture
def pictures(ada: User, photo: Photo) -> list[str]:
    kept = [services.keep(photo((700, 500), colour), f"{colour}.jpg", by=ada) for colour in NAMES]
    return [entry.image.public_id for entry in kept if entry.image]


@pytest.fixture
def album(ada: User, pictures: list[str]) -> Album:
    return albums.add(albums.create("Summer", owner=ada).public_id, pictures, by=ada)


def titles(album: Album) -> list[str]:
    return [entry.title for entry in reading.entries_of(album, 0, 100)]


def shared(album: Album, allowed: Allowed = Allowed.VIEW, **terms: object) -> str:
    wish = Wish(Terms(**terms), allowed)  # type: ignore[arg-type]  # as the test says
    _, token = sharing.share_album(album.public_id, wish, by=album.owner)
    return f"/l/{token}"


def test_an_album_is_made_filled_ordered_by_keys_and_emptied(visits: Open, ada: User, pictures: list[str]) -> None:
    page = enter(visits(), ada, "/library/albums/")
    page.keyboard.press("n")
    page.keyboard.type("Summer")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/albums/\w{22}/$"))
    page.keyboard.press("a")
    choose_all(page, 3)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-pin]")).to_have_count(3)
    album = Album.objects.get()
    assert titles(album) == ["olive", "navy", "teal"]

    page.locator("[data-grip]").nth(0).focus()
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("End")
    expect(page.locator("[data-said]")).to_have_text("Now at place 3 of 3.")
    assert titles(album) == ["navy", "teal", "olive"]
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Let it stand for the album").nth(1).click()
    assert reading.card(reading.seen_by(ada, album.public_id))["cover"] == pictures[0]

    page.locator("[data-grip]").nth(1).focus()
    with page.expect_response(re.compile("items/remove")):
        page.keyboard.press("Delete")
    expect(page.locator("[data-pin]")).to_have_count(2)
    with page.expect_response(re.compile("items/order")):
        page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-pin]")).to_have_count(3)
    assert titles(album) == ["navy", "teal", "olive"]


def test_a_link_is_made_opened_counted_and_taken_back(visits: Open, ada: User, album: Album) -> None:
    context = visits(permissions=["clipboard-read", "clipboard-write"])
    page = enter(context, ada, f"/library/albums/{album.public_id}/")
    page.keyboard.press("s")
    page.get_by_label("For whom").fill("Bob")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_label("Whoever opens it may").select_option("download")
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy").click()
    address = urlsplit(copied(page)).path

    bob = visits().new_page()
    bob.goto(address)
    bob.get_by_label("Password").fill("wrong")
    bob.get_by_role("button", name="Open").click()
    expect(bob.get_by_text("That is not the password.")).to_be_visible()
    bob.get_by_label("Password").fill(SECRET)
    bob.get_by_role("button", name="Open").click()
    expect(bob.get_by_role("heading", name="Summer")).to_be_visible()
    bob.wait_for_load_state()  # without its script the page leads to the picture itself
    bob.locator(".shared-open").first.focus()
    bob.keyboard.press("Enter")
    expect(bob.locator("[data-lightbox-count]")).to_have_text("1 of 3")
    bob.keyboard.press("ArrowRight")
    expect(bob.locator("[data-lightbox-count]")).to_have_text("2 of 3")
    bob.keyboard.press("Escape")
    expect(bob.locator("[data-lightbox]")).to_be_hidden()
    with bob.expect_download() as download:
        bob.get_by_role("link", name="Download all").click()
    assert download.value.suggested_filename == "pictures.zip"

    page.reload()
    expect(page.locator(".link-row")).to_contain_text("opened 1 time")
    expect(page.locator(".link-row")).to_contain_text("downloaded 1 time")
    page.get_by_role("button", name="Take the link back: Bob").click()
    expect(page.get_by_text("Nobody else can see this album.")).to_be_visible()
    bob.reload()
    expect(bob.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_chosen_pictures_are_shared_from_the_library(visits: Open, ada: User, pictures: list[str]) -> None:
    page = enter(visits(), ada, "/")
    page.locator("[data-tile]").first.hover()
    page.locator(".tile-check").first.click()
    page.locator("[data-share]").first.click()
    dialog = page.get_by_role("dialog", name="Share these pictures")
    dialog.get_by_label("Title", exact=True).fill("For Bob")
    dialog.get_by_label("Password").fill("short")
    dialog.get_by_role("button", name="Make a link").click()
    expect(dialog.get_by_text("Use 8 to 128 characters.")).to_be_visible()
    dialog.get_by_label("Password").fill("")
    dialog.get_by_role("button", name="Make a link").click()
    address = urlsplit(dialog.locator("#fresh").input_value()).path
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)

    assert ShareLink.objects.get().name == "For Bob"
    assert "For Bob" in Client().get(address).content.decode()


def test_without_script_everything_can_be_done(visits: Open, ada: User, album: Album) -> None:
    page = enter(visits(java_script_enabled=False), ada, f"/library/albums/{album.public_id}/")
    with another_page(page):
        page.get_by_role("button", name="Move one place back").first.click()
    assert titles(album) == ["navy", "teal", "olive"]
    with another_page(page):
        page.get_by_role("button", name="Take out of the album").first.click()
    assert titles(album) == ["teal", "olive"]
    page.get_by_role("link", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    address = urlsplit(page.locator("#fresh").input_value()).path
    other = visits(java_script_enabled=False).new_page()
    other.goto(address)
    expect(other.locator(".shared-open")).to_have_count(2)

    page.goto("/")
    page.get_by_role("checkbox").first.check()
    with another_page(page):
        page.locator("[data-share]").first.click()
    page.get_by_label("Album", exact=True).select_option("Summer")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-pin]")).to_have_count(2)


def test_the_pages_look_right_everywhere(visits: Open, ada: User, album: Album, photo: Photo) -> None:
    odd = services.keep(photo((900, 120), "maroon"), f"{NAUGHTY}.jpg", by=ada)
    assert odd.image
    albums.add(album.public_id, [odd.image.public_id], by=ada)
    albums.change(album.public_id, {"name": NAUGHTY[:100]}, by=ada)
    shared(album, recipient="W" * 100)
    page = enter(visits(), ada, "/library/albums/")
    pages = {
        "albums": "/library/albums/",
        "album": f"/library/albums/{album.public_id}/",
        "album-links": "/library/links/",
        "album-shared": shared(album, Allowed.DOWNLOAD),
        "album-password": shared(album, password=SECRET),
    }
    wrong: list[str] = []
    for name, address in pages.items():
        page.goto(address, wait_until="networkidle")
        wrong += glance(page, name)
    page.goto("/")
    expect(page.locator("[data-tile]")).to_have_count(4)
    page.evaluate(SEND_ALL)
    page.wait_for_url("**/library/chosen/")
    wrong += glance(page, "album-chosen")
    page.goto(pages["album"])
    page.keyboard.press("s")
    wrong += glance(page, "album-share")
    assert wrong == []
