"""What happens to files on their way, when the way is slow, broken or closed."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from tests.conftest import PASSWORD
from tests.journeys.files import choose, picture
from tests.journeys.screens import faults, keep
from tests.running import Up, prepared

pytestmark = [pytest.mark.browser, pytest.mark.server]

Join = Callable[..., Page]
TAKEN = "Choose, drop or paste a JPEG, PNG or WebP picture of at most 5 MB."
DRAWING: FilePayload = {
    "name": "drawing.svg",
    "mimeType": "image/svg+xml",
    "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}


def hold(page: Page) -> list[Route]:
    """Keep every upload from leaving, and return them."""
    held: list[Route] = []
    page.route("**/create-picture", lambda route: held.append(route))  # noqa: PLW0108  # it must be a function
    return held


def test_a_refusal_says_what_is_taken_and_stays_until_it_was_read(join: Join) -> None:
    page = join()
    choose(page, DRAWING)

    row = page.locator(".upload-row")
    expect(row.get_by_role("alert")).to_have_text("This kind of file is not accepted here.")
    expect(row).to_contain_text(TAKEN)
    expect(row.get_by_role("button", name="Try again")).to_be_hidden()
    assert faults(page) == []
    row.get_by_role("button", name="Forget this file").press("Enter")
    expect(page.get_by_role("region", name="Uploads")).to_be_hidden()
    expect(page.locator("[data-upload]").first).to_be_focused()


def test_a_file_that_is_too_large_does_not_even_leave(join: Join) -> None:
    page = join()
    held = hold(page)
    photo = picture("huge.jpg")
    choose(page, {**photo, "buffer": photo["buffer"] + bytes(5 * 1024 * 1024)})

    expect(page.get_by_role("alert")).to_have_text("This file is too large.")
    expect(page.locator(".upload-row")).to_contain_text(TAKEN)
    assert held == []


def test_uploads_are_counted_and_each_can_be_stopped(join: Join) -> None:
    page = join()
    held = hold(page)
    choose(page, *(picture(f"{number}.jpg", colour) for number, colour in enumerate(("teal", "navy", "olive", "plum"))))

    expect(page.get_by_text("0 of 4")).to_be_visible()
    expect(page.locator(".upload-row")).to_have_count(3)
    keep(page, "uploads")
    page.locator(".upload-row", has_text="0.jpg").get_by_role("button", name="Forget this file").click()
    expect(page.get_by_text("1 of 4")).to_be_visible()
    expect(page.locator(".upload-row", has_text="3.jpg")).to_be_visible()
    page.route("**/create-picture", lambda route: route.continue_())  # what has not come yet
    for route in held:
        if b"0.jpg" not in (route.request.post_data_buffer or b""):
            route.continue_()

    expect(page.locator("[data-tile]")).to_have_count(3)
    expect(page.get_by_role("region", name="Uploads")).to_be_hidden()


def test_what_a_broken_line_kept_from_happening_is_not_shown_as_done(join: Join) -> None:
    page = join()
    choose(page, picture("one.jpg"), picture("two.jpg", "navy"))
    expect(page.locator("[data-tile]")).to_have_count(2)
    expect(page.locator("[data-active]")).to_have_count(1)
    other = page.locator("[data-tile]:not([data-active])").get_attribute("data-tile")

    page.context.set_offline(True)
    page.locator(f"[data-tile='{other}'] .tile-open").click()
    expect(page.get_by_text("You seem to be offline.")).to_be_visible()
    expect(page.locator(f"[data-tile='{other}']")).not_to_have_attribute("data-active", "")
    page.keyboard.press("Delete")
    page.locator(".toast", has_text="Picture deleted.").locator("[data-toast-close]").click()

    expect(page.get_by_text("You seem to be offline.")).to_have_count(1)
    expect(page.locator("[data-tile]:visible")).to_have_count(2)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _register(page: Page) -> None:
    page.goto("/accounts/signup/")
    for name, value in (("username", "nia"), ("email", "nia@example.org"), ("password1", PASSWORD)):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Create account").click()
    page.locator("[data-connection=online]").wait_for(state="attached")


def test_a_server_that_comes_back_gets_what_it_missed(browser: Browser, tmp_path: Path) -> None:
    port = _free_port()
    up = Up(prepared(tmp_path), "--no-demo", "--port", str(port))
    page = browser.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-GB").new_page()
    _register(page)

    up.end(signal.SIGKILL)
    expect(page.get_by_text("Not connected")).to_be_visible()
    choose(page, picture("late.jpg"))
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert faults(page) == []
    up = Up(tmp_path, "--no-demo", "--port", str(port))

    expect(page.locator("[data-tile]")).to_have_count(1)
    expect(page.locator("[data-connection]")).to_be_hidden()
    expect(page.locator(".upload-row")).to_have_count(0)
    page.context.close()
    up.end()


@pytest.mark.parametrize(("width", "height"), [(320, 568), (360, 740), (740, 360), (1280, 800)])
def test_cropping_shows_all_it_offers_on_every_screen(join: Join, width: int, height: int) -> None:
    page = join(viewport={"width": width, "height": height}, locale="fr")
    choose(page, picture("wide.jpg", size=(800, 400)))
    expect(page.get_by_role("dialog")).to_be_visible()

    keep(page, f"crop-{width}-{height}")
    assert page.locator("dialog[open]").evaluate("(dialog) => dialog.scrollHeight <= dialog.clientHeight")


def test_nothing_is_offered_without_script_that_needs_one(join: Join, contexts: Callable[..., BrowserContext]) -> None:
    page = contexts(java_script_enabled=False, storage_state=join().context.storage_state()).new_page()
    page.goto("/pictures/")

    expect(page.locator("[data-upload]:visible, [data-copy]:visible")).to_have_count(0)
    expect(page.get_by_role("button", name="Upload")).to_have_count(1)


def test_a_long_name_leaves_every_face_round(join: Join) -> None:
    page = join(viewport={"width": 360, "height": 740})
    page.goto("/accounts/profile/")
    page.get_by_label("Username").fill("m" * 64)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    for address in ("/accounts/profile/", "/pictures/"):
        page.goto(address)
        for face in page.locator("main img").all():
            box = face.bounding_box()
            assert box
            assert box["width"] == box["height"]


def test_another_language_keeps_the_page(join: Join) -> None:
    page = join()
    page.goto("/accounts/keys/")
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("button", name="Español").click()

    expect(page.get_by_role("heading", name="Tus claves")).to_be_visible()
    assert page.url.endswith("/accounts/keys/")
