"""A person and their publications, in a real browser against the real `manage.py up`."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.journeys.files import choose, picture
from tests.journeys.screens import faults, keep, look
from tests.journeys.waits import another_page, looked_again, without_messages

pytestmark = [pytest.mark.browser, pytest.mark.server]

Join = Callable[..., Page]
COLOURS = ("teal", "navy", "olive", "maroon", "plum")


def photo(colour: str) -> FilePayload:
    """Draw a photo that is called after its colour."""
    return picture(f"{colour}.jpg", colour, (400, 300))


def photos(page: Page) -> Locator:
    """Return the photos that can be seen, in their order."""
    return page.locator("[data-photo]:visible")


def arrived(page: Page, count: int) -> None:
    """Wait until so many photos can be seen; they are sent one after the other."""
    expect(photos(page)).to_have_count(count)


def say(page: Page, *texts: str) -> None:
    """Wait until the photos that can be seen have these alt texts, in their order."""
    arrived(page, len(texts))
    for number, text in enumerate(texts):
        expect(photos(page).nth(number).locator("textarea")).to_have_value(text)


@pytest.fixture
def make(join: Join) -> Callable[..., Page]:
    """Register somebody with a publication of photos, each described by its colour, and open its editor."""

    def opened(*colours: str, **options: object) -> Page:
        page = join(**options)
        page.goto("/publications/")
        page.locator("[data-connection=online]").wait_for(state="attached")
        page.locator("[data-new]").first.click()
        page.keyboard.type("A house by the sea")
        page.keyboard.press("Enter")
        page.wait_for_url("**/edit/")
        page.locator("[data-connection=online]").wait_for(state="attached")
        if colours:
            choose(page, *map(photo, colours))
            arrived(page, len(colours))
            describe(page, colours)
            without_messages(page)
        return page

    return opened


def describe(page: Page, texts: Sequence[str], start: int = 0) -> None:
    """Say of photos what they show, from one of them on."""
    for number, text in enumerate(texts, start):
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            photos(page).nth(number).locator("textarea").fill(text)
            page.keyboard.press("Enter")


def lift(page: Page, number: int) -> None:
    """Take a photo in the hand with the mouse."""
    box = photos(page).nth(number).locator("[data-drag]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 10, box["y"] + 46)


def carry(page: Page, number: int) -> None:
    """Carry what is in the hand over another photo."""
    box = photos(page).nth(number).locator("[data-drag]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)


@pytest.mark.smoke
def test_a_person_makes_a_publication_and_fills_it(make: Callable[..., Page]) -> None:
    page = make()
    expect(page.get_by_role("heading", name="Add the first photo")).to_be_visible()
    assert faults(page) == []

    choose(page, *map(photo, ("teal", "navy", "olive")))

    arrived(page, 3)
    expect(page.locator("[data-room-text]")).to_have_text("3 of 4")
    expect(photos(page).nth(0).get_by_text("Cover")).to_be_visible()
    expect(photos(page).nth(1).get_by_text("Cover")).to_be_hidden()
    expect(page.get_by_text("Alt text missing: 3")).to_be_visible()
    page.get_by_text("My publications").click()
    expect(page.get_by_role("link", name="A house by the sea", exact=True)).to_be_visible()
    expect(page.locator("[data-card]")).to_contain_text("3 of 4 photos")


def test_a_publication_needs_a_title(join: Join) -> None:
    page = join()
    page.goto("/publications/")
    page.keyboard.press("n")
    page.get_by_role("button", name="Create and add photos").click()

    expect(page.get_by_role("dialog").locator(".error")).to_be_visible()
    expect(page.get_by_label("Title")).to_be_focused()
    assert faults(page) == []


def test_what_does_not_fit_is_told_and_the_rest_arrives_in_order(make: Callable[..., Page]) -> None:
    page = make("teal", "navy")
    choose(page, photo("olive"), photo("teal"), photo("maroon"), photo("plum"))

    arrived(page, 4)
    alerts = page.get_by_role("alert")
    expect(alerts.nth(0)).to_have_text("This image is already there.")
    expect(alerts.nth(1)).to_have_text("All places are taken. Delete a photo to make room.")
    expect(page.get_by_text("All 4 places of your plan are taken. Premium holds 8 photos.")).to_be_visible()
    expect(page.locator("[data-more]")).to_be_hidden()
    describe(page, ("olive", "maroon"), start=2)
    page.reload()
    say(page, "teal", "navy", "olive", "maroon")


def test_a_photo_is_dragged_to_another_place(make: Callable[..., Page]) -> None:
    page = make("teal", "navy", "olive")
    lift(page, 2)
    carry(page, 0)
    with page.expect_response("**/images/order") as saved:
        page.mouse.up()

    assert saved.value.status == 200
    say(page, "olive", "teal", "navy")
    expect(photos(page).nth(0).get_by_text("Cover")).to_be_visible()
    page.reload()
    say(page, "olive", "teal", "navy")


def test_a_drag_that_is_given_up_changes_nothing(make: Callable[..., Page]) -> None:
    page = make("teal", "navy", "olive")
    lift(page, 2)
    carry(page, 0)
    say(page, "olive", "teal", "navy")
    page.keyboard.press("Escape")
    page.mouse.up()

    say(page, "teal", "navy", "olive")
    page.reload()
    say(page, "teal", "navy", "olive")


def test_keys_alone_order_and_delete(make: Callable[..., Page]) -> None:
    page = make("teal", "navy", "olive")
    photos(page).nth(2).locator("[data-grip]").focus()
    with page.expect_response("**/images/order"):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Home")

    say(page, "olive", "teal", "navy")
    expect(photos(page).nth(0).locator("[data-grip]")).to_be_focused()
    expect(page.locator("[data-said]")).to_have_text("This photo is the cover now.")

    page.keyboard.press("Delete")
    arrived(page, 2)
    expect(photos(page).nth(0).locator("[data-grip]")).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    arrived(page, 3)
    expect(photos(page).nth(0).locator("[data-grip]")).to_be_focused()
    page.reload()
    say(page, "olive", "teal", "navy")


def test_buttons_order_too(make: Callable[..., Page]) -> None:
    page = make("teal", "navy", "olive")
    photos(page).nth(0).hover()
    with page.expect_response("**/images/order"):
        photos(page).nth(0).get_by_role("button", name="Move one place back").click()

    say(page, "navy", "teal", "olive")


def test_a_deleted_photo_is_gone_once_the_offer_has_passed(make: Callable[..., Page]) -> None:
    page = make("teal", "navy")
    photos(page).nth(0).hover()
    photos(page).nth(0).get_by_role("button", name="Delete this photo").click()
    expect(page.locator("[data-room-text]")).to_have_text("1 of 4")
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        page.locator("[data-toast-close]").last.click()

    assert deleted.value.status == 200
    page.reload()
    say(page, "navy")


def test_leaving_the_page_ends_the_offer_to_undo(make: Callable[..., Page]) -> None:
    page = make("teal", "navy")
    address = page.url
    photos(page).nth(0).locator("[data-grip]").press("Delete")
    page.goto("/accounts/profile/")
    page.goto(address)

    arrived(page, 1)


def test_a_photo_takes_the_place_of_one_that_was_just_deleted(make: Callable[..., Page]) -> None:
    page = make("teal", "navy", "olive", "maroon")
    photos(page).nth(1).locator("[data-grip]").press("Delete")
    with page.expect_response(lambda answer: answer.request.method == "POST") as added:
        choose(page, photo("plum"))

    assert added.value.status == 201
    page.reload()
    say(page, "teal", "olive", "maroon", "")


def test_a_second_window_sees_it_live(make: Callable[..., Page]) -> None:
    page = make("teal", "navy")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-connection=online]").wait_for(state="attached")
    other.get_by_label("Title").fill("Half typed")

    choose(page, photo("olive"))
    arrived(other, 3)
    photos(page).nth(1).locator("[data-grip]").press("Home")
    expect(photos(other).nth(0).locator("textarea")).to_have_value("navy")
    page.get_by_label("Description").fill("With a view.")
    page.get_by_role("button", name="Save").click()
    expect(other.get_by_label("Description")).to_have_value("With a view.")
    expect(other.get_by_label("Title")).to_have_value("Half typed")

    other.get_by_label("Title").fill("A house by the sea")
    page.get_by_text("Delete this publication").click()
    page.get_by_role("button", name="Delete it for good").click()
    page.wait_for_url("**/publications/")
    other.wait_for_url("**/publications/")
    expect(other.get_by_text("This publication was deleted in another window.")).to_be_visible()


def test_being_offline_is_said_and_mended(make: Callable[..., Page]) -> None:
    page = make("teal")
    page.context.set_offline(True)
    expect(page.locator("[data-connection]")).to_be_visible()
    choose(page, photo("navy"))
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.context.set_offline(False)

    arrived(page, 2)


def test_an_address_that_leads_nowhere_good_is_refused_in_place(make: Callable[..., Page]) -> None:
    page = make()
    page.get_by_role("button", name="From the web").first.click()
    page.get_by_label("Address of the picture").fill("http://192.168.0.1/secret.jpg")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog").locator(".error")).to_have_text("There is no public server at this address.")
    expect(page.get_by_label("Address of the picture")).to_be_focused()
    assert faults(page) == []
    keep(page, "publication-from-web")


def test_a_refused_title_keeps_what_was_typed(make: Callable[..., Page]) -> None:
    page = make()
    page.get_by_label("Description").fill("Words")
    page.get_by_label("Title").fill(" ")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("[data-details] .error")).to_be_visible()
    expect(page.get_by_label("Title")).to_be_focused()
    expect(page.get_by_label("Description")).to_have_value("Words")


def test_the_pages_work_without_script(join: Join, contexts: Callable[..., BrowserContext]) -> None:
    page = contexts(java_script_enabled=False, storage_state=join().context.storage_state()).new_page()
    page.goto("/publications/")
    page.get_by_role("link", name="New publication").click()
    page.get_by_label("Title").fill("Without")
    page.get_by_role("button", name="Create and add photos").click()
    page.wait_for_url("**/edit/")
    page.locator("[name=file]").set_input_files([photo("teal"), photo("navy")])
    page.get_by_role("button", name="Add photos").last.click()
    arrived(page, 2)
    photos(page).nth(0).locator("textarea").fill("teal")
    for button in ("Save", "Move one place back"):
        with another_page(page):
            photos(page).nth(0).get_by_role("button", name=button).click()
    say(page, "", "teal")
    photos(page).nth(0).get_by_role("button", name="Delete this photo").click()
    arrived(page, 1)
    page.get_by_label("Title").fill("With")
    page.locator("[data-details]").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="With", exact=True)).to_be_visible()
    page.get_by_text("Delete this publication").click()
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_role("heading", name="Show something to everybody")).to_be_visible()


def test_it_is_sound_and_nothing_sticks_out(make: Callable[..., Page]) -> None:
    page = make()
    wrong = look(page, "publication-empty")
    files = [picture("wide.jpg", "purple", (1600, 90)), picture("dot.jpg", "black", (1, 1)), photo("teal")]
    choose(page, *files)
    arrived(page, 3)
    page.get_by_label("Title").fill("W" * 200)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-shown-title]")).to_have_text("W" * 200)
    without_messages(page)
    wrong += look(page, "publication-edit")
    page.goto("/publications/")
    expect(page.locator("[data-card]")).to_have_count(1)
    wrong += look(page, "publications")

    assert wrong == []


def test_the_page_that_was_empty_says_so(join: Join) -> None:
    page = join()
    page.goto("/publications/")
    expect(page.get_by_role("heading", name=re.compile("Show something"))).to_be_visible()

    assert look(page, "publications-empty") == []


def test_news_leave_the_focus_on_what_stands_around_the_cards(join: Join) -> None:
    page = join()
    page.goto("/publications/")
    page.locator("[data-connection=online]").wait_for(state="attached")
    first = page.get_by_role("link", name="Create your first publication")
    first.focus()

    looked_again(page)

    expect(first).to_be_focused(timeout=1000)
