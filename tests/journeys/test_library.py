"""A person in their library, in a real browser."""

import base64
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, Route, expect

from accounts.models import User
from imagehub.library.models import Entry
from tests.journeys.conftest import Open
from tests.journeys.files import choose, picture
from tests.journeys.screens import faults, keep, look
from tests.journeys.waits import without_messages
from tests.library.filling import fill

pytestmark = [pytest.mark.browser]
Join = Callable[..., Page]
MANY = 10_000
MOST_ALIVE = 300
GRID = re.compile(r"/library/grid/\?")
COLOURS = ["teal", "navy", "olive", "maroon", "plum", "gold"]
# Counts what is alive and how far anything that was seen has moved by itself, from the first moment on; but for the
# bar, in which a page without news says so.
WATCH = """() => {
  window.seen = {most: 0, shift: 0};
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.sources.every(({node}) => node?.closest?.(".bar"))) seen.shift += entry.value;
    }
  }).observe({type: "layout-shift", buffered: true});
  const count = () => {
    seen.most = Math.max(seen.most, document.querySelectorAll("[data-place] > *").length);
    requestAnimationFrame(count);
  };
  count();
}"""
GIVE = """([type, files]) => {
  const data = new DataTransfer();
  for (const [name, bytes] of files) {
    const parts = [Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))];
    data.items.add(new File(parts, name, {type: "image/jpeg"}));
  }
  const paste = new ClipboardEvent("paste", {bubbles: true, clipboardData: data});
  const dragged = (kind) => new DragEvent(kind, {bubbles: true, dataTransfer: data});
  const given = type === "drop" ? ["dragenter", "dragover", "drop"].map(dragged) : [paste];
  for (const event of given) document.body.dispatchEvent(event);
}"""
SCROLL = """async ([from, to, step]) => {
  const far = document.documentElement.scrollHeight - innerHeight;
  for (let at = from; Math.sign(to - at) === Math.sign(to - from); at += step) {
    scrollTo(0, at * far);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }
}"""
FIRST = """() => {
  const bar = document.querySelector(".bar").getBoundingClientRect().bottom;
  const isBelow = (tile) => tile.getBoundingClientRect().bottom > bar + 8;
  const tiles = Array.from(document.querySelectorAll("[data-tile]")).filter(isBelow);
  const [first] = tiles.toSorted((one, other) => one.dataset.index - other.dataset.index);
  return [first.dataset.tile, Math.round(first.getBoundingClientRect().top - bar)];
}"""

# Returns what is wrong with the rows of some thousand pictures in a place of some width, and with finding them again.
MEASURE = """async ([width, ratios]) => {
  const { GAP, heightFor, layOut } = await import("/static/library/rows.js");
  const { BLOCK, Plan } = await import("/static/library/plan.js");
  const { xs, ys, widths, heights, rows } = layOut(ratios, { width });
  const wrong = [];
  for (const [row, first] of rows.entries()) {
    const last = (rows[row + 1] ?? ratios.length) - 1;
    if (xs[first] !== 0 || xs[last] + widths[last] !== width) wrong.push(`row ${row} ends elsewhere`);
    for (let at = first + 1; at <= last; at += 1) {
      if (xs[at] - xs[at - 1] - widths[at - 1] !== GAP) wrong.push(`gap ${at}`);
    }
    if (row && ys[first] !== ys[first - 1] + heights[first - 1] + GAP) wrong.push(`row ${row} lies elsewhere`);
    if (Math.abs(Math.log(heights[first] / heightFor(width))) > 1) wrong.push(`row ${row} is odd`);
  }
  const plan = new Plan(20 * BLOCK + 7, width);
  const before = plan.box(15 * BLOCK).y;
  plan.learn(19, ratios.slice(0, BLOCK));
  if (plan.box(15 * BLOCK).y !== before) wrong.push("what lies above has moved");
  const { start, end } = plan.blockOf(plan.total - 1);
  for (let index = start; index < end; index += 1) {
    const { y } = plan.box(index);
    if (plan.box(plan.indexAt(y)).y !== y) wrong.push(`${index} is not found again`);
    if (index < end - 60 && plan.box(plan.beyond(index, 1)).y <= y) wrong.push(`nothing below ${index}`);
  }
  return wrong;
}"""
TOP = """(tile) => {
  const bar = document.querySelector(".bar").getBoundingClientRect().bottom;
  return Math.round(tile.getBoundingClientRect().top - bar);
}"""


def enter(context: BrowserContext, owner: User, address: str = "/") -> Page:
    """Open a page as somebody who is signed in."""
    client = Client()
    client.force_login(owner)
    page = context.new_page()
    page.goto("/")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url}])
    page.add_init_script(f"({WATCH})()")
    page.goto(address)
    page.locator("[data-tile]").first.wait_for()
    return page


def first(page: Page) -> list[object]:
    """Return the picture at the top left, and how far down it begins."""
    return list(page.evaluate(FIRST))


def tile(page: Page, index: int) -> Locator:
    return page.locator(f"[data-index='{index}']")


def on_tile(page: Page, index: int) -> None:
    """Wait until the keyboard is on a picture."""
    expect(tile(page, index).locator(".tile-open")).to_be_focused()


def chosen(page: Page, count: int) -> None:
    expect(page.locator("[data-chosen-count]")).to_have_text(f"{count} chosen")


def has(page: Page, count: int) -> None:
    words = "1 picture" if count == 1 else f"{count:,} pictures"
    expect(page.locator("[data-count]")).to_have_text(words)


def give(page: Page, how: str, *files: FilePayload) -> None:
    """Drop files on the page or paste them."""
    page.evaluate(GIVE, [how, [[file["name"], base64.b64encode(file["buffer"]).decode()] for file in files]])


def settled(page: Page) -> None:
    """Wait until all pictures that are elements of the page are told."""
    page.wait_for_function(
        "() => Array.from(document.querySelectorAll('[data-index]')).every((tile) => tile.dataset.tile)"
    )


@pytest.mark.parametrize("width", [320, 711, 1504])
def test_rows_fill_their_width_to_the_pixel(contexts: Open, width: int) -> None:
    page = contexts().new_page()
    page.goto("/accounts/login/")
    ratios = [(1.5, 0.66, 1, 1.78, 1.33, 0.75, 17, 0.05)[(7 * number + number % 3) % 8] for number in range(2000)]
    assert page.evaluate(MEASURE, [width, ratios]) == []


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_pictures_scroll_with_few_of_them_alive(visits: Open, ada: User) -> None:
    fill(ada, MANY)
    ids = list(Entry.objects.order_by("-number").values_list("image__public_id", flat=True))
    page = enter(visits(viewport={"width": 1280, "height": 800}), ada)
    has(page, MANY)

    page.evaluate(SCROLL, [0, 1, 0.02])
    page.evaluate(SCROLL, [1, 0, -0.02])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    on_tile(page, MANY - 1)
    expect(tile(page, MANY - 1)).to_have_attribute("data-tile", ids[-1])
    page.keyboard.press("Home")
    on_tile(page, 0)
    expect(tile(page, 0)).to_have_attribute("data-tile", ids[0])

    page.locator("[data-month]").nth(12).evaluate("link => link.click()")
    page.wait_for_url(re.compile(r"[?&]at="))
    settled(page)
    seen = page.evaluate("seen")
    assert (seen["most"] <= MOST_ALIVE, seen["shift"]) == (True, 0), seen
    page.wait_for_function(f"() => new URLSearchParams(location.search).get('at') === ({FIRST})()[0]")
    stood = first(page)
    for come_back in (page.reload, lambda: (page.goto("/generated/"), page.go_back())):
        come_back()
        settled(page)
        page.wait_for_function(f"([id, top]) => ({FIRST})().join() === [id, top].join()", arg=stood)
    page.set_viewport_size({"width": 360, "height": 800})
    expect(tile(page, ids.index(str(stood[0])))).to_be_in_viewport()
    page.wait_for_function("() => document.querySelector('[data-place]').clientWidth < 360")
    settled(page)
    place = [stood[1], ids.index(str(stood[0]))]
    page.wait_for_function(
        f"([top, index]) => ({TOP})(document.querySelector(`[data-index='${{index}}']`)) === top", arg=place
    )
    assert page.evaluate("seen.most") <= MOST_ALIVE


def test_files_come_in_by_drop_and_paste_and_wait_for_the_connection(join: Join) -> None:
    page = join("/", viewport={"width": 1280, "height": 800})
    expect(page.get_by_role("heading", name="All your pictures in one place")).to_be_visible()
    wrong = look(page, "library-empty")
    page.set_viewport_size({"width": 1280, "height": 800})

    names = ["harbour", "ثعلب أحمر", "w" * 190, "dot"]
    sizes = [(400, 300), (300, 400), (1600, 90), (1, 1)]
    give(page, "drop", *(picture(f"{name}.jpg", size=size) for name, size in zip(names, sizes, strict=True)))
    has(page, 4)
    give(page, "paste", picture("pasted.jpg", "coral"))
    has(page, 5)
    page.context.set_offline(True)
    give(page, "drop", picture("late.jpg", "olive"))
    expect(page.get_by_text("You are offline.")).to_be_visible()
    has(page, 5)
    page.context.set_offline(False)
    has(page, 6)
    give(page, "drop", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"nothing of the kind"})
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Forget this file").click()
    for name in (*names, "pasted", "late"):
        expect(page.locator("[data-tile]").get_by_role("img", name=name, exact=True)).to_have_count(1)
    wrong += look(page, "library")
    assert wrong == []


def rename(page: Page, title: str) -> None:
    """Call the open picture something else, by keys that mean something else outside of the field."""
    page.locator(".rename summary").press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type(title)
    page.keyboard.press("ArrowLeft")
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".fact-title")).to_have_text(title)
    expect(page.locator(".rename summary")).to_be_focused()
    expect(page.locator("[data-lightbox-count]")).to_have_text(f"3 of {len(COLOURS)}")
    assert faults(page) == []


def take_along(page: Page, place: Path) -> None:
    """Download everything by keys."""
    page.keyboard.press("Control+a")
    chosen(page, len(COLOURS))
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").press("Enter")
    started.value.save_as(place)
    with zipfile.ZipFile(place) as archive:
        assert len(archive.namelist()) == len(COLOURS)
    page.keyboard.press("Escape")
    expect(page.locator("[data-selection]")).to_be_hidden()


def narrow(page: Page) -> None:
    """Look for one colour by keys, and come back."""
    page.keyboard.press("f")
    assert faults(page) == []
    tint = page.locator("[data-facets] a[href*='tint=']").first
    count = int(tint.locator(".numbers").inner_text())
    tint.press("Enter")
    page.wait_for_url("**/?tint=*")
    has(page, count)
    page.keyboard.press("Escape")
    page.go_back()


def delete_undo_and_delete(page: Page) -> None:
    """In the lightbox, on the third picture of all; who goes on while the list is asked for anew is not called back."""
    count = page.locator("[data-lightbox-count]")
    page.keyboard.press("Delete")
    expect(count).to_have_text(f"3 of {len(COLOURS) - 1}")
    held: list[Route] = []
    page.route(GRID, lambda route: held.append(route))  # noqa: PLW0108  # it must be a function
    with page.expect_request(GRID):
        page.locator(".lightbox .toast-action").click()
    page.keyboard.press("ArrowLeft")
    expect(count).to_have_text(f"2 of {len(COLOURS) - 1}")
    page.route(GRID, lambda route: route.continue_())
    for route in held:
        route.continue_()
    expect(count).to_have_text(f"2 of {len(COLOURS)}")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text(f"3 of {len(COLOURS)}")
    page.keyboard.press("Delete")
    expect(count).to_have_text(f"3 of {len(COLOURS) - 1}")


@pytest.mark.smoke
def test_keys_alone_choose_bin_undo_and_open(join: Join, tmp_path: Path) -> None:
    page = join("/", viewport={"width": 1280, "height": 800})
    choose(page, *(picture(f"{number}.jpg", colour, (300, 200)) for number, colour in enumerate(COLOURS)))
    has(page, len(COLOURS))
    page.locator("[data-uploads]").wait_for(state="hidden")

    page.keyboard.press("ArrowRight")
    on_tile(page, 0)
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    on_tile(page, 1)
    chosen(page, 2)
    assert faults(page) == []
    page.keyboard.press("Delete")
    has(page, len(COLOURS) - 2)
    page.get_by_role("button", name="Undo").press("Enter")
    has(page, len(COLOURS))

    take_along(page, tmp_path / "pictures.zip")
    tile(page, 1).locator(".tile-open").press("Enter")
    expect(page.locator("[data-lightbox-count]")).to_have_text(f"2 of {len(COLOURS)}")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("i")
    expect(page.locator("#lightbox-facts")).to_contain_text("300 \u00d7 200")
    rename(page, "bei dir")
    keep(page, "library-lightbox")
    page.reload()
    expect(page.locator("[data-lightbox-count]")).to_have_text(f"3 of {len(COLOURS)}")
    delete_undo_and_delete(page)
    page.keyboard.press("Escape")
    on_tile(page, 2)

    narrow(page)
    has(page, len(COLOURS) - 1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert faults(page) == []


def test_mouse_and_finger_choose_and_the_bin_gives_back_without_script(join: Join, contexts: Open) -> None:
    page = join("/", viewport={"width": 1280, "height": 800})
    choose(page, *(picture(f"{number}.jpg", colour, (300, 200)) for number, colour in enumerate(COLOURS)))
    has(page, len(COLOURS))
    page.locator("[data-uploads]").wait_for(state="hidden")

    start, end = tile(page, 0).bounding_box(), tile(page, 3).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 60, start["y"] + 60)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 60, steps=4)
    chosen(page, 4)
    page.mouse.up()
    chosen(page, 4)
    tile(page, 5).locator(".tile-open").click(modifiers=["Shift"])
    chosen(page, 6)
    tile(page, 5).locator(".tile-open").click()
    chosen(page, 5)
    page.get_by_role("button", name="Delete", exact=True).click()
    has(page, 1)

    state = page.context.storage_state()
    plain = contexts(java_script_enabled=False, storage_state=state).new_page()
    plain.goto("/?bin=1")
    expect(plain.locator("[data-tile]")).to_have_count(5)
    plain.locator("[name=images]").first.check()
    plain.get_by_role("button", name="Restore").click()
    expect(plain.get_by_text("1 picture is back.")).to_be_visible()
    plain.goto("/")
    expect(plain.locator("[data-tile]")).to_have_count(2)
    plain.locator(".tile-open").first.click()
    expect(plain.get_by_role("heading", name="Library")).to_have_count(0)
    plain.goto("/?upload")
    plain.locator("#adding-file").set_input_files(picture("a new one.jpg"))
    plain.locator("#adding").get_by_role("button", name="Add").click()
    expect(plain.locator("[data-tile]")).to_have_count(3)
    has(page, 3)


@pytest.mark.django_db(transaction=True)
def test_more_pictures_than_go_at_once_are_told_of_and_done_whole(visits: Open, ada: User) -> None:
    fill(ada, 310)
    page = enter(visits(viewport={"width": 1280, "height": 800}), ada)
    page.keyboard.press("Control+a")
    chosen(page, 310)
    for act in ("Download", "Share"):
        page.locator("[data-selection]").get_by_role("button", name=act).click()
        expect(page.get_by_text("At most 300 pictures at once.")).to_have_count(1)
        without_messages(page)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("310 pictures are in the bin.")).to_be_visible(timeout=30_000)
    has(page, 0)

    page.goto("/?bin=1")
    has(page, 310)
    settled(page)
    # What is on its way when it goes would be missed.
    page.wait_for_function(
        "() => Array.from(document.querySelectorAll('[data-place] img')).every((one) => one.complete)"
    )
    page.get_by_role("button", name="Empty the bin").click()
    page.locator("#all-sure").get_by_role("button", name="Empty the bin").click()
    expect(page.get_by_text("310 pictures are deleted for good.")).to_be_visible(timeout=30_000)
    has(page, 0)
    assert Entry.objects.count() == 0
