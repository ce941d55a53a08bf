"""A person and their generated images, in a real browser against the real `manage.py up`."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import PngImagePlugin
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.generated.conftest import png
from tests.journeys.files import choose
from tests.journeys.screens import faults, keep, look
from tests.journeys.waits import another_page, looked_again

pytestmark = [pytest.mark.browser, pytest.mark.server]

Join = Callable[..., Page]
Fill = Callable[..., Page]


def file(prompt: str, colour: str = "teal", size: tuple[int, int] = (320, 240), seed: int = 7) -> FilePayload:
    """Draw a picture that tells its prompt as a generator would."""
    told = json.dumps({"positive_prompt": prompt, "seed": seed, "model": {"name": "juggernaut"}})
    info = PngImagePlugin.PngInfo()
    info.add_text("invokeai_metadata", told)
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": png(colour, size, pnginfo=info)}


def tiles(page: Page) -> Locator:
    return page.locator("[data-tile]")


def shows(page: Page, *prompts: str) -> None:
    """Wait until there are tiles of these prompts, in this order."""
    expect(tiles(page)).to_have_count(len(prompts))
    for number, prompt in enumerate(prompts):
        expect(tiles(page).nth(number).locator("img")).to_have_attribute("alt", prompt)


def on_tile(page: Page, prompt: str) -> None:
    """Wait until the keyboard is on the tile of a prompt."""
    expect(page.locator(".tile-open:focus img")).to_have_attribute("alt", prompt)


def mark(page: Page, number: int) -> None:
    """Choose a tile by its box, which shows where the mouse is."""
    tiles(page).nth(number).hover()
    tiles(page).nth(number).locator("[name=images]").check()


def ready(page: Page) -> Page:
    page.locator("[data-connection=online]").wait_for(state="attached")
    return page


@pytest.fixture
def fill(join: Join) -> Fill:
    """Register somebody with images of these prompts, and open their library."""

    def filled(*prompts: str, **options: object) -> Page:
        page = join(**options)
        page.goto("/generated/")
        ready(page)
        for number, prompt in enumerate(prompts):
            colour = ("teal", "navy", "olive", "maroon", "plum", "coral")[number % 6]
            choose(page, file(prompt, colour, seed=number))
            expect(tiles(page)).to_have_count(number + 1)
        if prompts:
            page.reload()
            ready(page)
        return page

    return filled


@pytest.mark.smoke
def test_files_of_other_tools_are_taken_in_with_their_prompts(join: Join) -> None:
    page = join()
    page.goto("/generated/")
    ready(page)
    expect(page.get_by_role("heading", name="Keep what an AI made for you")).to_be_visible()
    assert faults(page) == []

    plain: FilePayload = {"name": "plain.png", "mimeType": "image/png", "buffer": png("plum")}
    broken: FilePayload = {"name": "broken.png", "mimeType": "image/png", "buffer": b"nothing"}
    choose(page, file("a red fox"), plain, broken)

    expect(page.get_by_role("dialog")).to_contain_text("plain.png")
    assert faults(page) == []
    page.keyboard.type("a plum")
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    expect(tiles(page)).to_have_count(2)
    for prompt in ("a plum", "a red fox"):
        expect(page.get_by_role("img", name=prompt)).to_have_count(1)
    expect(page.get_by_text("Your images are here.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("This file is damaged or not a valid image.")


def test_the_grid_is_walked_and_chosen_by_keyboard(fill: Fill) -> None:
    page = fill("one", "two", "three")
    page.keyboard.press("ArrowRight")
    on_tile(page, "three")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    on_tile(page, "two")
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen-count]")).to_have_text("2 chosen")
    keep(page, "generated-selection")
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-selection]")).to_be_hidden()
    page.keyboard.press("End")
    on_tile(page, "one")
    page.keyboard.press("Delete")
    expect(tiles(page)).to_have_count(2)
    on_tile(page, "two")
    page.get_by_role("button", name="Undo").click()
    expect(tiles(page)).to_have_count(3)
    expect(page.locator(".tile-open").last).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/generated/*/")
    with another_page(page):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#prompt-text")).to_have_text("two")
    with another_page(page):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#prompt-text")).to_have_text("one")
    page.keyboard.press("Escape")
    page.wait_for_url("**/generated/")


def test_words_of_prompts_are_searched_for(fill: Fill) -> None:
    page = fill("a red fox", "a blue fox", "a cat")
    page.keyboard.press("/")
    page.keyboard.type("FOX red")
    page.keyboard.press("Enter")
    page.wait_for_url("**/generated/?q=FOX+red")
    shows(page, "a red fox")
    page.locator(".chip").click()
    expect(tiles(page)).to_have_count(3)


def test_filters_show_at_once_what_they_leave(fill: Fill) -> None:
    page = fill("a red fox", "a blue fox", "a cat")
    mark(page, 0)
    page.get_by_role("button", name="Status").click()
    page.locator("#statuses").get_by_role("button", name="Printed").click()
    expect(page.locator(".tile-note")).to_have_text("Printed")
    page.reload()
    ready(page)

    page.keyboard.press("f")
    expect(page.get_by_label("Model").locator("option")).to_have_text(["Any model", "juggernaut (3)"])
    assert faults(page) == []
    page.get_by_label("Model").select_option("juggernaut")
    page.get_by_label("Status", exact=True).select_option("printed")
    expect(tiles(page)).to_have_count(1)
    page.wait_for_url("**/generated/?status=printed&model=juggernaut")
    expect(page.locator("[data-count]")).to_have_text("1 image")
    expect(page.locator("[data-filters-count]")).to_contain_text("2")

    page.keyboard.press("Escape")
    expect(page.locator(".filters-panel")).to_be_hidden()
    page.go_back()
    expect(tiles(page)).to_have_count(3)
    expect(page.locator(".chip")).to_contain_text(["juggernaut"])
    page.locator(".chip").click()
    expect(page.locator("[data-filters-count]")).to_be_hidden()


def test_the_arrows_walk_rows_of_pictures_that_are_not_equally_wide(join: Join) -> None:
    page = join(viewport={"width": 768, "height": 800})
    page.goto("/generated/")
    ready(page)
    shapes = ((160, 90), (90, 90), (60, 90), (300, 90), (90, 90), (90, 90))
    files = [file(str(number), "teal", size, number) for number, size in enumerate(shapes)]
    for number, one in enumerate(files):
        choose(page, one)
        expect(tiles(page)).to_have_count(number + 1)

    page.reload()
    ready(page)
    boxes = tiles(page).evaluate_all("all => all.map(tile => [tile.offsetTop, tile.offsetHeight])")
    rows = sorted({top for top, _height in boxes})
    assert (len(rows) > 1, {height for _top, height in boxes}) == (True, {176})
    page.keyboard.press("ArrowRight")
    walked = []
    for key in ("Home", *["ArrowDown"] * len(rows), *["ArrowUp"] * len(rows)):
        page.keyboard.press(key)
        walked.append(page.evaluate("document.activeElement.closest('[data-tile]').offsetTop"))
    assert walked == [*rows, rows[-1], *rows[-2::-1], rows[0]]


def test_a_tile_has_its_own_way_out_and_into_the_bin(fill: Fill, tmp_path: Path) -> None:
    page = fill("one", "two")
    tiles(page).first.hover()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download “two”").click()
    started.value.save_as(tmp_path / "two.png")
    assert (tmp_path / "two.png").read_bytes().startswith(b"\x89PNG")
    page.get_by_role("button", name="Delete “two”").click()
    expect(tiles(page)).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(tiles(page)).to_have_count(2)


def test_several_change_their_status_and_leave_in_one_archive(fill: Fill, tmp_path: Path) -> None:
    page = fill("one", "two", "three")
    for number in (0, 2):
        mark(page, number)
    page.get_by_role("button", name="Status").click()
    page.locator("#statuses").get_by_role("button", name="Printed").click()
    expect(page.locator(".tile-note", has_text="Printed")).to_have_count(2)

    page.get_by_role("button", name="Download").click()
    assert faults(page) == []
    with page.expect_download() as started:
        page.get_by_role("button", name="With prompt and parameters").click()
    started.value.save_as(tmp_path / "images.zip")
    with zipfile.ZipFile(tmp_path / "images.zip") as archive:
        assert sorted(name.rsplit("-", 1)[0] for name in archive.namelist()) == ["one", "three"]


def test_several_are_put_on_a_board(fill: Fill) -> None:
    page = fill("one", "two")
    cookies = {one.get("name"): one.get("value") for one in page.context.cookies()}
    headers = {"X-CSRFToken": str(cookies["csrftoken"]), "Idempotency-Key": "a-board-of-mine", "Referer": page.url}
    made = page.request.post("/api/v1/boards", data={"name": "Foxes"}, headers=headers)
    assert made.status == 201
    for number in (0, 1):
        mark(page, number)
    page.get_by_role("button", name="Board", exact=True).click()
    page.get_by_role("button", name="Foxes").click()

    expect(page.get_by_text("Added to the board.")).to_be_visible()
    expect(page.locator("[data-selection]")).to_be_hidden()
    assert page.request.get("/api/v1/boards").json()["boards"][0]["count"] == 2


def test_two_are_compared_with_an_edge_that_moves(fill: Fill) -> None:
    page = fill("one fox", "two foxes")
    for number in (0, 1):
        mark(page, number)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/generated/compare/?a=*")

    differing = page.locator("[data-differs] th")
    expect(differing).to_have_text(["Promptdiffers", "seeddiffers"])
    page.get_by_label("Wipe from A to B").fill("20")
    expect(page.locator(".wipe-over")).to_have_css("clip-path", "inset(0px 0px 0px 20%)")
    assert look(page, "generated-compare") == []


def test_the_bin_gives_back_and_ends(fill: Fill) -> None:
    page = fill("one", "two")
    for left in (1, 0):
        tiles(page).first.locator(".tile-open").press("Delete")
        expect(tiles(page)).to_have_count(left)
        page.locator("[data-toast-close]").last.click()
    expect(page.get_by_role("heading", name="Keep what an AI made for you")).to_be_visible()
    page.get_by_role("link", name="Bin").click()
    expect(page.locator(".tile-note").first).to_have_text("30 days left")
    mark(page, 0)
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(tiles(page)).to_have_count(1)
    page.get_by_role("button", name="Empty the bin").click()
    assert faults(page) == []
    page.locator("#all-sure").get_by_role("button", name="Empty the bin").click()
    expect(page.get_by_role("heading", name="The bin is empty")).to_be_visible()
    page.goto("/generated/")
    expect(tiles(page)).to_have_count(1)


def test_another_window_sees_it_live(fill: Fill) -> None:
    page = fill("one")
    other = page.context.new_page()
    other.goto("/generated/")
    ready(other)
    choose(page, file("two", "navy"))
    expect(tiles(other)).to_have_count(2)
    tiles(page).first.locator(".tile-open").press("Delete")
    expect(tiles(other)).to_have_count(1)


def test_news_leave_the_focus_on_what_stands_around_the_grid(join: Join) -> None:
    page = join()
    page.goto("/generated/")
    page.locator("[data-connection=online]").wait_for(state="attached")
    way = page.locator("[data-place] [data-upload]")
    way.focus()

    looked_again(page)

    expect(way).to_be_focused(timeout=1000)


def test_browsing_works_without_script(fill: Fill, contexts: Callable[..., BrowserContext]) -> None:
    state = fill("a red fox", "a cat").context.storage_state()
    page = contexts(java_script_enabled=False, storage_state=state).new_page()
    page.goto("/generated/")
    page.locator("[data-search]").fill("fox")
    page.keyboard.press("Enter")
    page.wait_for_url("**/generated/?q=fox*")
    shows(page, "a red fox")
    page.get_by_text("Filters").click()
    page.get_by_label("Model").select_option("juggernaut")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**/generated/?*model=juggernaut*")
    shows(page, "a red fox")
    page.locator("[name=images]").check()
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text("1 image is in the bin.")).to_be_visible()
    page.goto("/generated/?import")
    page.get_by_label("PNG file").set_input_files(file("a new one", "navy"))
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    expect(page.locator("#prompt-text")).to_have_text("a new one")


def test_it_is_sound_and_nothing_sticks_out(fill: Fill) -> None:
    page = fill("a red fox " + "w" * 300, "a cat", "日本の狐", "ثعلب أحمر")
    choose(page, file("wide", "purple", (1600, 90)), file("dot", "black", (1, 1)))
    expect(tiles(page)).to_have_count(6)
    wrong = look(page, "generated-library")
    tiles(page).last.locator(".tile-open").click()
    page.wait_for_url("**/generated/*/")
    wrong += look(page, "generated-image")

    assert wrong == []
