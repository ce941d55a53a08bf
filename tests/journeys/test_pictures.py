"""A person and their pictures, in a real browser against the real `manage.py up`."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.journeys.files import choose, picture
from tests.journeys.screens import faults, keep, look
from tests.journeys.waits import without_messages

pytestmark = [pytest.mark.browser, pytest.mark.server]

Join = Callable[..., Page]


def active(page: Page, number: int) -> None:
    """Wait until the picture at a place is the one that is marked."""
    expect(page.locator("[data-tile]").nth(number)).to_have_attribute("data-active", "")
    expect(page.locator("[data-tile][data-active]")).to_have_count(1)


@pytest.mark.smoke
def test_a_person_uploads_switches_and_deletes(join: Join) -> None:
    page = join()
    expect(page.get_by_role("heading", name="Show your face")).to_be_visible()

    choose(page, picture("one.jpg"))
    expect(page.locator("[data-tile]")).to_have_count(1)
    choose(page, picture("two.jpg", "navy"), picture("three.jpg", "olive"))
    expect(page.locator("[data-tile]")).to_have_count(3)
    active(page, 2)

    page.locator(".tile-open").nth(0).click()
    active(page, 0)
    expect(page.get_by_text("This is the active picture now.")).to_be_visible()

    page.locator("[data-tile]").nth(1).hover()
    page.locator(".tile-bin").nth(1).click()
    expect(page.locator("[data-tile]:visible")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-tile]:visible")).to_have_count(3)

    page.locator("[data-tile]").nth(1).hover()
    page.locator(".tile-bin").nth(1).click()
    page.locator("[data-toast-close]").last.click()
    expect(page.locator("[data-tile]")).to_have_count(2)
    page.reload()
    expect(page.locator("[data-tile]")).to_have_count(2)


def test_leaving_the_page_ends_the_offer_to_undo(join: Join) -> None:
    page = join()
    choose(page, picture("one.jpg"), picture("two.jpg", "navy"))
    expect(page.locator("[data-tile]")).to_have_count(2)

    page.locator(".tile-open").nth(0).focus()
    page.keyboard.press("Delete")
    page.goto("/accounts/profile/")

    page.goto("/pictures/")
    expect(page.locator("[data-tile]")).to_have_count(1)


def test_the_last_picture_leaves_an_invitation_and_may_come_back(join: Join) -> None:
    page = join()
    choose(page, picture("one.jpg"))
    expect(page.locator("[data-tile]")).to_have_count(1)

    page.locator(".tile-open").press("Delete")
    expect(page.get_by_role("heading", name="Show your face")).to_be_visible()
    expect(page.locator("[data-upload]").first).to_be_focused()
    assert faults(page) == []
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("heading", name="Show your face")).to_be_hidden()
    expect(page.locator(".tile-open")).to_be_focused()


def test_a_second_window_sees_it_live(join: Join) -> None:
    page = join()
    other = page.context.new_page()
    other.goto("/pictures/")
    other.locator("[data-connection=online]").wait_for(state="attached")

    choose(page, picture("one.jpg"), picture("two.jpg", "navy"))
    expect(other.locator("[data-tile]")).to_have_count(2)
    page.locator("[data-tile]:not([data-active]) .tile-open").click()

    active(page, 0)
    active(other, 0)
    marked = str(page.locator("[data-active]").get_attribute("data-tile"))
    expect(other.locator("[data-active]")).to_have_attribute("data-tile", marked)


def test_keys_alone_are_enough(join: Join) -> None:
    page = join()
    choose(page, picture("one.jpg"), picture("two.jpg", "navy"), picture("three.jpg", "olive"))
    expect(page.locator("[data-tile]")).to_have_count(3)
    ids = [tile.get_attribute("data-tile") for tile in page.locator("[data-tile]").all()]

    page.locator("[data-copy]").focus()
    page.keyboard.press("Tab")
    for key, index in (("ArrowRight", 1), ("ArrowRight", 2), ("Home", 0), ("End", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        expect(page.locator(".tile-open").nth(index)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-tile='{ids[1]}']")).to_have_attribute("data-active", "")
    expect(page.locator(".tile-open").nth(1)).to_be_focused()

    page.keyboard.press("Delete")
    expect(page.locator("[data-tile]:visible")).to_have_count(2)
    expect(page.locator(f"[data-tile='{ids[2]}'] .tile-open")).to_be_focused()


def test_a_picture_is_cropped_to_a_square_before_it_is_sent(join: Join) -> None:
    page = join()
    choose(page, picture("wide.jpg", size=(800, 400)))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert faults(page) == []
    keep(page, "crop")

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    page.keyboard.press("Enter")

    expect(page.locator("[data-tile] img")).to_have_attribute("alt", re.compile(r"(\d+) . \1 pixels"))
    choose(page, picture("wide.jpg", size=(800, 400)))
    dialog.get_by_role("button", name="Keep it whole").click()
    expect(page.locator("[data-tile]")).to_have_count(2)
    choose(page, picture("wide.jpg", size=(800, 400)))
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-tile]:visible")).to_have_count(2)


def test_a_refused_file_is_told_in_words_and_the_others_arrive(join: Join) -> None:
    page = join()
    broken: FilePayload = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + b"?" * 50}

    choose(page, picture("one.jpg"), broken, picture("two.jpg", "navy"))

    expect(page.get_by_role("alert")).to_have_text("This file is damaged or not a valid image.")
    expect(page.locator("[data-tile]")).to_have_count(2)


def test_being_offline_is_said_and_mended(join: Join) -> None:
    page = join()
    page.context.set_offline(True)
    expect(page.locator("[data-connection]")).to_be_visible()

    choose(page, picture("one.jpg"))
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.context.set_offline(False)

    expect(page.locator("[data-tile]")).to_have_count(1)
    expect(page.locator("[data-connection]")).to_be_hidden()


def test_the_page_works_without_script(join: Join, contexts: Callable[..., BrowserContext]) -> None:
    state = join().context.storage_state()
    page = contexts(java_script_enabled=False, storage_state=state).new_page()
    page.goto("/pictures/")

    for count, name in enumerate(("one.jpg", "two.jpg"), start=1):
        page.locator("[name=file]").set_input_files([picture(name, size=(300, 200))])
        page.get_by_role("button", name="Upload").last.click()
        expect(page.locator("[data-tile]")).to_have_count(count)
    page.locator(".tile-open").nth(1).click()

    expect(page.locator("[data-tile]").nth(1)).to_have_attribute("data-active", "")


def test_it_is_sound_and_nothing_sticks_out(join: Join) -> None:
    page = join()
    wrong: list[str] = []
    for state in ("empty", "full"):
        wrong += look(page, f"pictures-{state}")
        if state == "empty":
            files = [picture(f"{n}.jpg", colour) for n, colour in enumerate(("teal", "navy", "olive", "maroon"))]
            choose(page, *files, picture("wide.jpg", "purple", (1600, 90)), picture("dot.jpg", "black", (1, 1)))
            expect(page.locator("[data-tile]")).to_have_count(6)
            without_messages(page)

    assert wrong == []
