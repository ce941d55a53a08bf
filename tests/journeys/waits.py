"""Waiting for what a page does, since no machine is so fast that a page is there at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect


@contextmanager
def another_page(page: Page) -> Iterator[None]:
    """Do what leads to another page, and wait until that one is there, with its script."""
    with page.expect_event("load"):
        yield


def without_messages(page: Page) -> None:
    """Take away every message that still stands; some go by themselves meanwhile."""
    page.locator("[data-toast-close]").evaluate_all("all => all.forEach((button) => button.click())")
    expect(page.locator(".toast")).to_have_count(0)


def copied(page: Page) -> str:
    """Return what a page has put into the clipboard, once it says so."""
    page.locator(".toast", has_text=re.compile("copied", re.IGNORECASE)).wait_for()
    return str(page.evaluate("navigator.clipboard.readText()"))


def looked_again(page: Page) -> None:
    """Let a page lose its way to the server and find it again, and wait until it shows what it was told then."""
    page.evaluate("document.querySelector('[data-place]').firstElementChild.dataset.shown = 'before'")
    page.context.set_offline(True)
    expect(page.locator("[data-connection]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-shown]")).to_have_count(0)
