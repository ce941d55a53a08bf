"""A person in their library, in a real browser."""

import re
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from imagehub.library.models import Entry
from tests.journeys.conftest import Open
from tests.journeys.files import choose, picture
from tests.journeys.screens import faults, keep, look
from tests.library.filling import fill

pytestmark = [pytest.mark.browser]
Join = Callable[..., Page]
MANY = 10_000
# Counts what is alive and how far anything that was seen has moved by itself, from the first moment on.
WATCH = """() => {
  window.seen = {most: 0, shift: 0};
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  const count = () => {
    seen.most = Math.max(seen.most, document.querySelectorAll("[data-place] > *").length);
    requestAnimationFrame(count);
  };
  count();
}"""
SCROLL = """async ([from, to, step]) => {
  const far = document.documentElement.scrollHeight - innerHeight;
  const times = [];
  for (let at = from; Math.sign(to - at) === Math.sign(to - from); at += step) {
    scrollTo(0, at * far);
    const began = performance.now();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - began);
  }
  return times.toSorted((one, other) => one - other);
}"""
FIRST = """() => {
  const bar = document.querySelector(".bar").getBoundingClientRect().bottom;
  const tiles = Array.from(document.querySelectorAll("[data-tile]")).filter((tile) => tile.getBoundingClientRect().bottom > bar + 8);
  tiles.sort((one, other) => one.dataset.index - other.dataset.index);
  return [tiles[0].dataset.tile, Math.round(tiles[0].getBoundingClientRect().top)];
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


def index(page: Page) -> int:
    return int(page.evaluate("Number(document.activeElement.closest('[data-index]').dataset.index)"))


def settled(page: Page) -> None:
    """Wait until all pictures in the window are told."""
    page.wait_for_function(
        "() => Array.from(document.querySelectorAll('[data-index]')).every((tile) => tile.dataset.tile)"
    )


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_pictures_scroll_with_few_of_them_alive(visits: Open, ada: User) -> None:
    fill(ada, MANY)
    ids = list(Entry.objects.order_by("-number").values_list("image__public_id", flat=True))
    page = enter(visits(viewport={"width": 1280, "height": 800}), ada)
    expect(page.locator("[data-count]")).to_have_text("10,000 pictures")

    down = page.evaluate(SCROLL, [0, 1, 0.02])
    up = page.evaluate(SCROLL, [1, 0, -0.02])
    assert max(down[len(down) * 9 // 10], up[len(up) * 9 // 10]) < 500, "a frame stays short, also on a busy machine"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator("[data-tile]:focus-within")).to_have_attribute("data-index", str(MANY - 1))
    assert page.locator("[data-tile]:focus-within").get_attribute("data-tile") == ids[-1]
    page.keyboard.press("Home")
    expect(page.locator("[data-tile]:focus-within")).to_have_attribute("data-tile", ids[0])

    page.locator("[data-month]").nth(12).evaluate("link => link.click()")
    page.wait_for_url(re.compile(r"[?&]at="))
    settled(page)
    stood = first(page)
    assert stood[0] in ids
    page.reload()
    settled(page)
    assert first(page) == stood
    page.goto("/generated/")
    page.go_back()
    settled(page)
    assert first(page) == stood
    page.set_viewport_size({"width": 360, "height": 800})
    settled(page)
    assert first(page)[0] == stood[0]
    seen = page.evaluate("seen")
    assert (seen["most"] <= 300, seen["shift"]) == (True, 0), seen
