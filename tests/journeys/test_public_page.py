"""Somebody looks at a publication, in a real browser: by mouse, by keys alone, by finger, without script."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from publications import uploads
from publications.models import Publication
from publications.services import photos, publications
from publications.services.publications import Draft
from tests.journeys.files import picture
from tests.journeys.screens import look
from tests.journeys.waits import copied

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]
NAUGHTY = "</title></template><img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}"
SHAPES = [("teal", (900, 600)), ("navy", (600, 800)), ("olive", (900, 600)), ("maroon", (800, 800))]


def put_up(owner: User, title: str = "A boat", words: str = "Seen from place {}") -> Publication:
    publication = publications.create(Draft(title, f"{title} to look at."), owner=owner, by=owner)
    for number, (colour, size) in enumerate(SHAPES, start=1):
        clean = uploads.judge(picture("a.jpg", colour, size)["buffer"])
        photos.add(clean, publication.public_id, by=owner, alt_text=words.format(number))
    return publication


@pytest.fixture
def boat(ada: User) -> Publication:
    return put_up(ada)


def arrive(context: BrowserContext, publication: Publication, part: str = "") -> Page:
    page = context.new_page()
    page.goto(f"/publications/{publication.public_id}/{part}", wait_until="load")
    return page


def ids(publication: Publication) -> list[str]:
    return list(publication.photos.order_by("position").values_list("image__public_id", flat=True))


def stage(page: Page) -> None:
    expect(page.locator("[data-lightbox]")).to_be_visible()


def shows(page: Page, number: int) -> None:
    """Wait until the stage shows this photo, told in words and in the address."""
    expect(page.locator("[data-lightbox-count]")).to_have_text(f"{number} of {len(SHAPES)}")
    expect(page.locator("[data-lightbox-picture]")).to_have_attribute("alt", f"Seen from place {number}")


def test_keys_alone_are_enough(visits: Open, boat: Publication) -> None:
    page, photo = arrive(visits(), boat), ids(boat)
    page.locator(".photo-open").nth(0).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    shows(page, 2)
    for key, number in [("ArrowRight", 3), ("ArrowLeft", 2), ("End", 4), ("ArrowRight", 4), ("Home", 1)]:
        page.keyboard.press(key)
        shows(page, number)
        expect(page).to_have_url(re.compile(f"#{photo[number - 1]}$"))
    page.keyboard.press("ArrowLeft")
    shows(page, 1)

    page.keyboard.press("i")
    facts = page.get_by_role("complementary", name="About this photo")
    expect(facts).to_contain_text("Seen from place 1")
    expect(facts).to_contain_text("900 × 600 pixels")  # noqa: RUF001  # the sign that the page shows
    page.keyboard.press("ArrowRight")
    expect(facts).to_contain_text("600 × 800 pixels")  # noqa: RUF001  # likewise
    page.keyboard.press("i")
    expect(facts).to_be_hidden()

    page.keyboard.press("Escape")
    expect(page.locator("[data-lightbox]")).to_be_hidden()
    expect(page.locator(".photo-open").nth(1)).to_be_focused()
    expect(page).to_have_url(re.compile("/$"))


def test_a_photo_that_is_alone_has_its_keys_too(visits: Open, ada: User) -> None:
    publication = publications.create(Draft("A boat", ""), owner=ada, by=ada)
    clean = uploads.judge(picture("a.jpg", "teal", (900, 600))["buffer"])
    photos.add(clean, publication.public_id, by=ada, alt_text="Alone at sea")
    page = arrive(visits(), publication)
    page.locator(".photo-open").press("Enter")
    stage(page)

    page.keyboard.press("i")

    expect(page.get_by_role("complementary", name="About this photo")).to_contain_text("Alone at sea")


def test_in_a_narrow_window_the_focus_shows_around_the_whole_photo(visits: Open, boat: Publication) -> None:
    page = arrive(visits(viewport={"width": 320, "height": 800}), boat)
    for number in range(len(SHAPES)):
        link, shown = (page.locator(found).nth(number) for found in (".photo-open", "figure"))
        assert link.bounding_box() == shown.bounding_box()


@pytest.mark.parametrize("width", [320, 1280])
def test_whoever_goes_by_keys_sees_where_they_are(visits: Open, boat: Publication, width: int) -> None:
    page = arrive(visits(viewport={"width": width, "height": 800}), boat)
    page.locator("[popovertarget=menu]").focus()
    for figure in page.locator("figure").all():
        page.keyboard.press("Tab")
        expect(figure.locator("a")).to_be_focused()
        shot = Image.open(BytesIO(figure.screenshot())).convert("L")
        # The photos of the cast are all dark; the ring is light.
        edge = shot.crop((3, shot.height // 2, 8, shot.height // 2 + 1))
        assert max(edge.tobytes()) > 200


def test_the_focus_stays_on_the_stage(visits: Open, boat: Publication) -> None:
    page = arrive(visits(), boat)
    page.locator(".photo-open").nth(0).click()
    stage(page)

    for _ in range(8):
        page.keyboard.press("Tab")
        within = "document.activeElement === document.body || !!document.activeElement.closest('[data-lightbox]')"
        assert page.evaluate(within)


def test_in_a_language_from_right_to_left_the_arrows_follow_the_reading(visits: Open, boat: Publication) -> None:
    page = arrive(visits(), boat)
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.locator(".photo-open").nth(0).click()
    shows(page, 1)

    page.keyboard.press("ArrowLeft")

    shows(page, 2)


def test_the_mouse_steps_and_leaves(visits: Open, boat: Publication) -> None:
    page = arrive(visits(), boat)
    page.locator(".photo-open").nth(2).click()
    shows(page, 3)

    page.get_by_role("button", name="Next photo").click()
    shows(page, 4)
    expect(page.get_by_role("button", name="Next photo")).to_be_disabled()
    page.get_by_role("button", name="Previous photo").click()
    shows(page, 3)
    page.get_by_role("button", name="About this photo").click()
    expect(page.get_by_role("link", name="Open the original")).to_have_attribute(
        "href", re.compile(f"/i/{ids(boat)[2]}/original.jpg$")
    )
    page.get_by_role("button", name="Close").last.click()
    expect(page.locator("[data-lightbox]")).to_be_hidden()


def test_the_way_back_closes_and_a_shared_address_opens(visits: Open, boat: Publication) -> None:
    context = visits()
    page = arrive(context, boat)
    page.locator(".photo-open").nth(0).click()
    shows(page, 1)
    page.keyboard.press("ArrowRight")
    shows(page, 2)

    page.go_back()
    expect(page.locator("[data-lightbox]")).to_be_hidden()
    page.go_forward()
    shows(page, 2)

    other = arrive(context, boat, f"#{ids(boat)[3]}")
    shows(other, 4)
    other.keyboard.press("Escape")
    expect(other.locator("[data-lightbox]")).to_be_hidden()
    expect(other).to_have_url(re.compile(f"/publications/{boat.public_id}/$"))


def test_the_neighbours_are_fetched_before_they_are_wanted(visits: Open, boat: Publication) -> None:
    page = arrive(visits(viewport={"width": 500, "height": 900}, device_scale_factor=1), boat)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    with page.expect_request(re.compile(f"/i/{ids(boat)[1]}/w640.auto")):
        page.locator(".photo-open").nth(0).click()

    shows(page, 1)
    assert not [address for address in asked if ids(boat)[3] in address]


def swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw a finger over the screen as the touch screen itself would report it."""
    touch = page.context.new_cdp_session(page)
    steps = [(start[0] + (end[0] - start[0]) * n // 5, start[1] + (end[1] - start[1]) * n // 5) for n in range(6)]
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * 5], steps, strict=True):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_turns_the_photos_and_puts_them_away(visits: Open, boat: Publication) -> None:
    page = arrive(visits(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 780}), boat)
    page.locator(".photo-open").nth(0).tap()
    shows(page, 1)

    swipe(page, (320, 400), (80, 410))
    shows(page, 2)
    swipe(page, (80, 400), (320, 410))
    shows(page, 1)
    swipe(page, (200, 400), (180, 400))
    shows(page, 1)
    swipe(page, (200, 300), (210, 600))
    expect(page.locator("[data-lightbox]")).to_be_hidden()


def test_with_motion_the_photo_grows_from_its_place(visits: Open, boat: Publication) -> None:
    page = arrive(visits(reduced_motion="no-preference"), boat)

    page.locator(".photo-open").nth(1).click()
    shows(page, 2)

    expect(page.locator("img[style*='view-transition-name']")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".photo-open").nth(1)).to_be_focused()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_the_photos_come(width: int, visits: Open, boat: Publication) -> None:
    page = visits(viewport={"width": width, "height": 800}).new_page()
    page.add_init_script(
        "self.shift = 0;"
        "new PerformanceObserver((list) => list.getEntries().forEach((entry) => { self.shift += entry.value; }))"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(f"/publications/{boat.public_id}/", wait_until="load")
    for image in page.locator(".picture img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("(image) => image.decode()")

    assert page.evaluate("self.shift") == 0


def test_the_photos_of_a_row_are_equally_high_and_fill_it(visits: Open, boat: Publication) -> None:
    page = arrive(visits(viewport={"width": 1280, "height": 800}), boat)

    boxes = [photo.bounding_box() for photo in page.locator(".photo").all()]
    row = page.locator(".row").bounding_box()

    assert row
    assert {round(box["height"]) for box in boxes if box} == {round(row["height"])}
    assert round(sum(box["width"] for box in boxes if box)) + 4 * (len(boxes) - 1) == round(row["width"])


def test_without_script_the_page_is_whole(visits: Open, boat: Publication) -> None:
    page = arrive(visits(java_script_enabled=False), boat)

    expect(page.get_by_role("heading", name="A boat")).to_be_visible()
    expect(page.locator(".picture img")).to_have_count(len(SHAPES))
    expect(page.locator("[data-share]")).to_be_hidden()
    link = page.locator(".photo-open").nth(1).get_attribute("href") or ""
    assert link.endswith(f"/i/{ids(boat)[1]}/w640.auto")
    assert page.request.get(link).status == 200


def test_the_address_is_copied_for_others(visits: Open, boat: Publication) -> None:
    context = visits()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = arrive(context, boat, "?from=mail")

    page.get_by_role("button", name="Share").click()

    assert copied(page).endswith(f"/publications/{boat.public_id}/")


def test_what_people_write_stays_text_even_on_the_stage(visits: Open, ada: User) -> None:
    page = visits().new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    naughty = put_up(ada, title=NAUGHTY, words=NAUGHTY.replace("{", "{{").replace("}", "}}"))
    page.goto(f"/publications/{naughty.public_id}/", wait_until="load")

    page.locator(".photo-open").nth(0).click()
    stage(page)
    page.keyboard.press("i")

    expect(page.locator("[data-lightbox-facts-place] .lightbox-caption")).to_have_text(NAUGHTY)
    expect(page.locator("h1")).to_have_text(NAUGHTY)
    assert page.title() == f"{NAUGHTY} · ImageHub"
    assert asked == []


def test_it_is_sound_and_nothing_sticks_out(visits: Open, boat: Publication, ada: User) -> None:
    page = arrive(visits(), boat)
    wrong = look(page, "publication-page")
    page.locator(".photo-open").nth(0).click()
    shows(page, 1)
    wrong += look(page, "publication-stage")
    page.keyboard.press("i")
    wrong += look(page, "publication-facts")
    bare = publications.create(Draft("م" * 200, "x" * 400), owner=ada, by=ada)
    wrong += look(arrive(page.context, bare), "publication-bare")

    assert wrong == []
