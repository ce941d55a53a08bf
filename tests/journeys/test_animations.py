"""A picture that moves, in a real browser: it moves where somebody looks at it, and only if they want it to."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.corpus import animations
from tests.journeys.files import choose, picture
from tests.journeys.screens import faults, keep

pytestmark = pytest.mark.browser

Join = Callable[..., Page]
WIDE = {"width": 1280, "height": 800}
FEW, MANY = 12, 100  # looks: enough to see another frame at any speed, and until all were seen


def movie(name: str, form: str) -> FilePayload:
    """Draw an animation whose whole face is of another colour in each frame."""
    first, *others = (Image.new("RGB", (320, 240), colour) for colour in animations.COLOURS)
    file = io.BytesIO()
    first.save(file, form, save_all=True, append_images=others, duration=150, loop=0)
    return {"name": name, "mimeType": f"image/{form.lower()}", "buffer": file.getvalue()}


def face(page: Page) -> str:
    """Return which colour the open picture has at this moment."""
    with Image.open(io.BytesIO(page.locator("[data-lightbox-picture]").screenshot())) as seen:
        shades = seen.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    return animations.COLOURS[shades.index(max(shades))]


def moves(page: Page) -> bool:
    """Look until all colours were seen."""
    seen: set[str] = set()
    for _ in range(MANY):
        seen.add(face(page))
        if len(seen) == len(animations.COLOURS):
            return True
    return False


def stands(page: Page) -> bool:
    """Look until there was nothing but the first frame for some time: a still comes in place of what moves."""
    still = 0
    for _ in range(MANY):
        still = still + 1 if face(page) == animations.COLOURS[0] else 0
        if still == FEW:
            return True
    return False


def kept(page: Page) -> None:
    """Keep two, the GIF after the WebP and so before it in the list."""
    choose(page, movie("wave.webp", "WEBP"))
    expect(page.locator("[data-count]")).to_have_text("1 picture")
    choose(page, movie("disc.gif", "GIF"))
    expect(page.locator("[data-count]")).to_have_text("2 pictures")
    expect(page.locator("[data-tile] .motion-mark")).to_have_count(2)


def test_it_stands_still_until_it_is_played_and_the_editor_works_on_its_first_frame(join: Join) -> None:
    page = join("/", viewport=WIDE)
    kept(page)
    page.locator(".tile-open").first.click()
    expect(page.locator("[data-lightbox-picture]")).to_have_js_property("complete", True)
    button = page.get_by_role("button", name="Play")
    expect(button).to_be_visible()
    assert stands(page)

    button.click()
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    assert moves(page)
    wrong = faults(page)
    keep(page, "animation")

    page.keyboard.press("p")
    expect(button).to_be_focused()
    assert stands(page)
    page.keyboard.press("i")
    expect(page.locator(".lightbox-facts")).to_contain_text("3 frames, 0.5 seconds")
    assert wrong + faults(page) == []

    page.get_by_role("link", name="Edit", exact=True).last.click()
    expect(page.get_by_role("note")).to_contain_text("Its first frame is edited")
    expect(page.locator("[data-editor]")).to_have_attribute("data-ready", "")
    keep(page, "animation-editor")
    page.keyboard.press("s")
    expect(page.locator("#save-format")).to_have_value("png")
    assert faults(page) == []


def test_it_plays_at_once_for_everybody_else_and_goes_on_with_the_next(join: Join) -> None:
    page = join("/", viewport=WIDE, reduced_motion="no-preference")
    kept(page)
    expect(page.locator("[data-tile] img").first).to_have_js_property("complete", True)
    page.locator(".tile-open").first.click()
    assert moves(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-lightbox-count]")).to_have_text("2 of 2")
    assert moves(page)
    page.get_by_role("button", name="Stop").click()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-lightbox-count]")).to_have_text("1 of 2")
    assert stands(page)


def test_who_edits_many_is_told_which_of_them_will_stand_still(join: Join) -> None:
    page = join("/", viewport=WIDE)
    kept(page)
    choose(page, picture("beach.jpg"))
    expect(page.locator("[data-count]")).to_have_text("3 pictures")
    token = next(str(one.get("value")) for one in page.context.cookies() if one.get("name") == "csrftoken")
    preset = {"name": "Without colours", "recipe": [{"op": "grayscale"}]}
    headers = {"X-CSRFToken": token, "Referer": page.url}
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_text("Save a recipe in the editor first")).to_be_visible()
    expect(page.locator("[data-moving-chosen]")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("[data-chosen-count]")).to_be_hidden()
    assert page.request.post("/api/v1/edits/presets", data=preset, headers=headers).status == 201

    expect(page.locator("[data-tile]")).to_have_count(3)
    page.locator(".tile-check").first.click()
    expect(page.locator("[data-chosen-count]")).to_have_text("1 chosen")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("button", name="Without colours")).to_be_visible()
    expect(page.locator("[data-moving-chosen]")).to_be_hidden()

    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    expect(page.locator("[data-chosen-count]")).to_have_text("3 chosen")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("note")).to_contain_text("Moving pictures among them: 2.")
    assert faults(page) == []
    page.get_by_role("button", name="Without colours").click()
    expect(page.get_by_text("Copies of moving pictures, which stand still: 2.")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text("6 pictures")
