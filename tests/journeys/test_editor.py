"""A person edits a picture, in a real browser against the real `manage.py up`."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, StorageState, expect

from tests.corpus.scenes import scene
from tests.journeys.conftest import Open, sign_up
from tests.journeys.screens import PHONE, WIDTHS, faults, keep, pale, sticks_out
from tests.running import Up

pytestmark = [pytest.mark.browser, pytest.mark.server]

IN_PLACE, SCALED = (1.0, 8), (5.0, 24)
"""How far a value of what is drawn at once may lie from the server's: on the mean, and 99 of 100 of them. Where every
pixel is made of several, browser and server weigh those differently, which shows in the scene's grain."""

MARK = {"x": 0.55, "y": 0.5, "width": 0.3, "opacity": 0.6}
BOX = {"x": 0.2, "y": 0.25, "width": 0.3, "height": 0.2}
DRAWN: dict[str, list[dict[str, Any]]] = {
    "turned": [{"op": "flip", "axis": "horizontal"}, {"op": "rotate", "degrees": 90}],
    "cropped": [{"op": "crop", "x": 0.21, "y": 0.13, "width": 0.5, "height": 0.6}],
    "straightened": [{"op": "rotate", "degrees": 7}, {"op": "crop", "x": 0.2, "y": 0.2, "width": 0.6, "height": 0.6}],
    "leaning": [{"op": "rotate", "degrees": -12}],
    "lit": [{"op": "exposure", "stops": 0.5}, {"op": "brightness", "value": 1.1}, {"op": "contrast", "value": 1.2}],
    "coloured": [{"op": "temperature", "value": 0.5}, {"op": "saturation", "value": 1.4}],
    "old": [{"op": "auto"}, {"op": "sepia"}],
    "sharp": [{"op": "sharpen", "amount": 0.8}],
    "soft": [{"op": "blur", "radius": 0.01}, {"op": "grayscale"}],
    "softer": [{"op": "blur", "radius": 0.05}],
    "hidden": [{"op": "redact", **BOX}, {"op": "redact", **BOX | {"x": 0.6}, "mode": "pixelate"}],
    "blurred away": [{"op": "rotate", "degrees": 180}, {"op": "redact", **BOX, "mode": "blur"}],
    "written": [{"op": "text", "text": "Größe\nŁódź fi", "x": 0.1, "y": 0.1, "size": 0.12, "font": "serif-bold"}],
    "framed": [{"op": "border", "width": 0.05, "colour": "#aa3311"}, {"op": "resize", "width": 320}],
    "in another order": [BOX | {"op": "crop"}, {"op": "rotate", "degrees": 9}, {"op": "sepia"}, {"op": "auto"}],
}
WEIGHED = {"straightened", "leaning", "softer", "marked", "framed", "in another order"}
DRAFT = """JSON.parse(Object.entries(localStorage).find(([key]) => /^edit:[^:]+:/.test(key))?.[1] ?? "[]")"""
COMPARE = """async ([image, original, recipes]) => {
  const { canvasOf, render } = await import("/static/editor/render.js");
  const { Assets } = await import("/static/editor/assets.js");
  const { apiBlob } = await import("/static/lib/api.js");
  const { joined, split } = await import("/static/editor/recipe.js");
  const assets = new Assets({ sans: "/edit/fonts/sans.ttf", serif: "/edit/fonts/serif.ttf" });
  const picture = Object.assign(new Image(), { src: original });
  await picture.decode();
  const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const compared = async (recipe) => {
    await assets.fetch(recipe);
    const mine = render(recipe, { picture, size: [picture.naturalWidth, picture.naturalHeight] }, 9999, assets);
    const blob = await apiBlob("/api/v1/edits/render", { method: "POST", json: { image, recipe, format: "png" } });
    const bitmap = await createImageBitmap(blob);
    const theirs = canvasOf(bitmap.width, bitmap.height);
    theirs.context.drawImage(bitmap, 0, 0);
    const [one, other] = [pixels(mine), pixels(theirs.canvas)];
    const off = Array.from(one, (value, at) => Math.abs(value - other[at])).sort((a, b) => a - b);
    return {
      sizes: [[mine.width, mine.height], [bitmap.width, bitmap.height]],
      mean: off.reduce((sum, value) => sum + value, 0) / off.length,
      most: off[Math.floor(off.length * 0.99)],
      again: joined(split(recipe)),
    };
  };
  const found = {};
  for (const [name, recipe] of Object.entries(recipes)) found[name] = await compared(recipe);
  return found;
}"""


@pytest.fixture(scope="module")
def home(browser: Browser, up: Up) -> tuple[StorageState, str]:
    """Register somebody with one picture: what their browser keeps, and the picture's id."""
    file = io.BytesIO()
    scene(4).save(file, "JPEG", quality=90)
    context = browser.new_context(base_url=f"http://{up.host}:{up.port}")
    wire = context.request
    sign_up(wire, "editress")
    token = next(str(cookie.get("value")) for cookie in context.cookies() if cookie.get("name") == "csrftoken")
    photo: FilePayload = {"name": "scene.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    made = wire.post("/pictures/create-picture", multipart={"file": photo}, headers={"X-CSRFToken": token})
    assert made.status == 201, made.text()
    found = re.search(r'data-choice="(\w+)"', wire.get("/edit/choices/").text())
    assert found
    state = context.storage_state()
    context.close()
    return state, found[1]


@pytest.fixture
def edit(contexts: Open, home: tuple[StorageState, str]) -> Callable[[], Page]:
    """Open the picture in the editor, in a browser that knows of no drafts."""

    def opened() -> Page:
        state, image = home
        page = contexts(storage_state=state).new_page()
        page.goto(f"/edit/{image}/")
        ready(page)
        return page

    return opened


def lost(route: Route) -> None:
    """Let a request arrive and its answer be lost."""
    route.fetch()
    route.abort()


def ready(page: Page) -> None:
    page.locator("[data-editor][data-ready]").wait_for(state="attached")


def draft(page: Page) -> Any:
    """Return the recipe as the page keeps it until it is saved."""
    return page.evaluate(DRAFT)


def edited(page: Page, *operations: str) -> None:
    """Wait until these are the steps of the recipe that the page keeps until it is saved."""
    page.wait_for_function(f"(wanted) => {DRAFT}.map(({{ op }}) => op).join() === wanted", arg=",".join(operations))


def test_what_is_drawn_at_once_is_what_the_server_makes(edit: Callable[[], Page]) -> None:
    page = edit()
    image = page.url.rstrip("/").rsplit("/", 1)[1]
    original = page.locator("#more a[download]").get_attribute("href")
    recipes = DRAWN | {"marked": [{"op": "watermark", "image": image, **MARK}]}
    found = page.evaluate(COMPARE, [image, original, recipes])
    assert {name: told["sizes"][0] for name, told in found.items()} == {
        name: told["sizes"][1] for name, told in found.items()
    }
    far = {name: (told["mean"], told["most"]) for name, told in found.items()}
    bound = {name: SCALED if name in WEIGHED else IN_PLACE for name in far}
    assert {name: off for name, off in far.items() if off[0] > bound[name][0] or off[1] > bound[name][1]} == {}
    assert {name: told["again"] for name, told in found.items()} == recipes


def crop(page: Page) -> None:
    """Cut, straighten and turn the picture, by mouse and keys."""
    page.keyboard.press("c")
    handle = page.locator(".crop-frame [data-handle=se]").bounding_box()
    assert handle
    page.mouse.move(handle["x"] + 12, handle["y"] + 12)
    page.mouse.down()
    page.mouse.move(handle["x"] - 100, handle["y"] - 80, steps=3)
    page.mouse.up()
    page.get_by_label("Straighten").fill("5")
    page.locator(".crop-frame").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("r")
    edited(page, "rotate", "rotate", "crop")
    keep(page, "editor-crop")


def light(page: Page) -> None:
    """Change its light, and take changes back and again."""
    page.keyboard.press("l")
    page.get_by_label("Exposure").fill("0.5")
    page.get_by_label("Warmth").fill("0.4")
    page.get_by_label("Warmth").dblclick()
    page.keyboard.press("a")
    edited(page, "rotate", "rotate", "crop", "auto", "exposure")
    page.keyboard.press("Control+z")
    edited(page, "rotate", "rotate", "crop", "exposure")
    page.keyboard.press("Control+y")
    edited(page, "rotate", "rotate", "crop", "auto", "exposure")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-filmstrip] [data-undone]")).to_have_count(1)
    page.keyboard.down("\\")
    expect(page.get_by_text("Original", exact=True).first).to_be_visible()
    page.keyboard.up("\\")
    expect(page.locator("[data-editor][data-exact]")).to_be_attached()


@pytest.mark.smoke
def test_a_picture_is_cropped_lit_saved_and_taken_back(edit: Callable[[], Page]) -> None:
    page = edit()
    crop(page)
    light(page)
    page.keyboard.press("s")
    assert faults(page) == []
    page.get_by_label("As a revision").check()
    page.route("**/api/v1/edits", lost, times=1)
    page.locator("#save").get_by_role("button", name="Save").click()
    expect(page.locator("#save [data-said]")).to_be_visible()
    page.locator("#save").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as a revision")).to_be_visible()
    edited(page)
    page.keyboard.press("y")
    expect(page.locator("[data-versions] li")).to_have_count(1)
    page.locator("[data-versions] a").click()
    page.wait_for_url("**/?edit=*")
    ready(page)
    page.keyboard.press("y")
    page.get_by_role("button", name="Revert").click()
    expect(page.get_by_text("Reverted", exact=True)).to_be_visible()
    page.goto("/edit/")
    expect(page.locator(".edit")).to_have_count(1)
    assert faults(page) == []


def test_texts_and_hidden_areas_are_laid_on_and_a_draft_survives(edit: Callable[[], Page]) -> None:
    page = edit()
    page.keyboard.press("t")
    page.get_by_role("button", name="Add a text").click()
    page.keyboard.type("Hello")
    page.keyboard.press("Escape")
    page.locator(".mark-text").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    ground = page.locator("[data-ground]").bounding_box()
    assert ground
    page.mouse.move(ground["x"] + ground["width"] / 2, ground["y"] + ground["height"] / 2)
    page.mouse.down()
    page.mouse.move(ground["x"] + ground["width"] * 0.75, ground["y"] + ground["height"] * 0.75, steps=3)
    page.mouse.up()
    edited(page, "text", "redact")
    text, area = draft(page)
    assert (text["op"], text["text"], text["x"]) == ("text", "Hello", 0.11)
    assert [round(area[side], 2) for side in ("x", "y", "width", "height")] == [0.5, 0.5, 0.25, 0.25]
    page.keyboard.press("Delete")
    edited(page, "text")

    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    ready(page)
    assert asked == ["beforeunload"]
    edited(page, "text")
    page.get_by_role("button", name="Discard").click()
    edited(page)
    page.reload()
    ready(page)
    assert asked == ["beforeunload"]


def keeps(page: Page, *kinds: str) -> None:
    """Wait until this is all that the browser keeps of the pages."""
    kept = "Object.keys(localStorage).map((key) => key.split(':')[0]).sort().join()"
    page.wait_for_function(f"(wanted) => {kept} === wanted", arg=",".join(kinds))


def test_who_signs_out_leaves_no_draft_behind(edit: Callable[[], Page]) -> None:
    page = edit()
    page.keyboard.press("p")
    page.get_by_role("button", name="Old", exact=True).click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Copy recipe").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/accounts/logout/")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    keeps(page, "edit", "edit", "theme")
    page.route("**/accounts/logout/", lambda route: route.fulfill(status=204))  # other stories share the session

    page.get_by_role("button", name="Sign out").click()

    keeps(page, "theme")


def test_a_recipe_is_kept_used_again_and_taken_away(edit: Callable[[], Page], tmp_path: Path) -> None:
    page = edit()
    page.keyboard.press("p")
    page.get_by_role("button", name="Old", exact=True).click()
    edited(page, "contrast", "sepia")
    page.get_by_label("Keep this recipe as").fill("Mine")
    page.keyboard.press("Enter")
    expect(page.locator("[data-preset]")).to_have_text("Mine")
    page.get_by_role("button", name="Plain").click()
    edited(page)
    page.locator("[data-preset]").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Copy recipe").click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Start over").click()
    edited(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Paste recipe").click()
    expect(page.locator("[data-filmstrip] li").last).to_have_text("Recipe pasted")
    edited(page, "contrast", "sepia")

    page.keyboard.press("e")
    page.locator("#download").get_by_label("Format").select_option("webp")
    with page.expect_download() as waiting:
        page.locator("[data-take]").click()
    waiting.value.save_as(tmp_path / "taken")
    size = (tmp_path / "taken").stat().st_size
    expect(page.locator("[data-size]")).to_have_attribute("data-bytes", str(size))
    with Image.open(tmp_path / "taken") as taken:
        assert taken.format == "WEBP"


def test_the_editor_fits_every_screen(edit: Callable[[], Page]) -> None:
    page = edit()
    wrong: list[str] = []
    for tool in ("crop", "light", "presets", "redact", "text", "watermark", "frame", "versions"):
        page.locator(f"[data-tool={tool}]").click()
        page.emulate_media(color_scheme="light")
        wrong += [f"{tool}: {fault}" for fault in faults(page)]
        page.emulate_media(color_scheme="dark")
        wrong += [f"{tool} dark: {fault}" for fault in pale(page)]
    page.locator("[data-tool=light]").click()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if sticks_out(page):
            wrong.append(f"at {width} px it sticks out")
        keep(page, f"editor-{width}")
    page.set_viewport_size({"width": PHONE, "height": 640})
    board, panel = (page.locator(place).bounding_box() for place in ("[data-board]", ".editor-panel"))
    assert board
    assert panel
    assert board["y"] + board["height"] <= panel["y"]
    assert wrong == []
