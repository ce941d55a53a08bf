"""A real browser, for the stories that need one."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conftest import PASSWORD
from tests.programs import required
from tests.running import Up

Join = Callable[..., Page]
Open = Callable[..., BrowserContext]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = required("chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Django refuses database work on a thread that runs an event loop, which Playwright's thread does.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("data"), "--no-demo")
    yield running
    running.end()


@contextmanager
def watched(browser: Browser, address: str) -> Iterator[Open]:
    """Open browsers that share nothing; a script that fails or breaks the page's policy fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: object) -> BrowserContext:
        usual = {"base_url": address, "locale": "en-GB", "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **options})  # type: ignore[arg-type]  # its many options
        context.set_default_timeout(20_000)
        context.on("weberror", lambda found: complaints.append(str(found.error)))
        context.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def contexts(browser: Browser, up: Up) -> Iterator[Open]:
    """Open browsers on the product as it runs: `contexts(**options)`."""
    with watched(browser, f"http://{up.host}:{up.port}") as make:
        yield make


@pytest.fixture
def visits(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Open browsers on a server that shares the test's own database: `visits(**options)`."""
    with watched(browser, live_server.url) as make:
        yield make


@pytest.fixture
def join(contexts: Open, request: pytest.FixtureRequest) -> Join:
    """Register somebody, and return their window with "My pictures"."""

    def register(**options: object) -> Page:
        page = contexts(**options).new_page()
        page.goto("/accounts/signup/")
        name = f"p{abs(hash(request.node.name)) % 10**9}"
        page.locator("[name=username]").fill(name)
        page.locator("[name=email]").fill(f"{name}@example.org")
        page.locator("[name=password1]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(lambda address: "signup" not in address)
        page.goto("/pictures/")
        page.locator("[data-connection=online]").wait_for(state="attached")
        return page

    return register
