"""A real browser, for the stories that need one."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conftest import PASSWORD
from tests.programs import required
from tests.running import Client, Up, prepared

Join = Callable[..., Page]
Open = Callable[..., BrowserContext]

PATIENCE = 60_000  # milliseconds; what comes sooner is not waited for
A_MINUTE = 70.0  # seconds, and some more
expect.set_options(timeout=PATIENCE)

# What a page doesn't need. Each window would start two pages of the browser's own, which cost more than most tests;
# the first line are Playwright's, whose flag ours replaces.
WITHOUT = [
    *("AvoidCorsURLLoaderRestartOnRedirect", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "PaintHolding"),
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "InitialWebUI", "PreloadTopChromeWebUI"),
]
FLAGS = [
    f"--disable-features={','.join(WITHOUT)}",
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
    # The same engine without what stands around pages: each window costs half as much.
    chromium = shutil.which("chromium-headless-shell") or required("chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Django refuses database work on a thread that runs an event loop, which Playwright's thread does.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


AT = os.environ.get("JOURNEYS_AT")  # host:port of an installation that runs already


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the stories of those who come to what runs already; the others start their own."""
    for item in items:
        if _comes_to_it(item):
            item.add_marker("story")


def _comes_to_it(item: pytest.Item) -> bool:
    usual = getattr(item, "_fixtureinfo", None)
    found = list(usual.name2fixturedefs.get("up", ())) if usual else []
    return bool(found) and found[-1].baseid == "tests/journeys"


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The product as it runs."""
    if AT is not None:
        host, _, port = AT.partition(":")
        yield Client(host, int(port))
        return
    running = Up(prepared(tmp_path_factory.mktemp("data")), "--no-demo")
    yield running
    running.end()


# What is offered for ten seconds, to take something back, waits longer for who uses a browser on a busy machine.
OFFERED = """{
  const later = setTimeout;
  self.setTimeout = (work, after, ...rest) => later(work, after === 10000 ? 30000 : after, ...rest);
}"""


@contextmanager
def watched(browser: Browser, address: str) -> Iterator[Open]:
    """Open browsers that share nothing; a script that fails or breaks the page's policy fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: object) -> BrowserContext:
        usual = {"base_url": address, "locale": "en-GB", "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **options})  # type: ignore[arg-type]  # its many options
        context.set_default_timeout(PATIENCE)
        context.add_init_script(OFFERED)
        context.on("weberror", lambda found: complaints.append(str(found.error)))
        context.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def contexts(browser: Browser, up: Client) -> Iterator[Open]:
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
    """Register somebody, and return their window with "My pictures" or with the page `at` an address."""

    def register(at: str = "/pictures/", **options: object) -> Page:
        context = contexts(**options)
        sign_up(context.request, f"p{abs(hash(request.node.nodeid)) % 10**9}")
        page = context.new_page()
        page.goto(at)
        page.locator("[data-connection=online]").wait_for(state="attached")
        return page

    return register


def sign_up(wire: APIRequestContext, name: str) -> None:
    """Fill in the form without looking at it; how it looks and works is told by tests of its own."""
    wire.get("/accounts/signup/")
    token = next(
        cookie.get("value", "") for cookie in wire.storage_state()["cookies"] if cookie.get("name") == "csrftoken"
    )
    fields: dict[str, str | float | bool] = {
        "username": name,
        "email": f"{name}@example.org",
        "password1": PASSWORD,
        "csrfmiddlewaretoken": token,
    }
    answer = wire.post("/accounts/signup/", form=fields, max_redirects=0)
    deadline = time.monotonic() + A_MINUTE
    while answer.status == 429 and time.monotonic() < deadline:
        time.sleep(1)  # stories come from one address, whose sign-ups are counted by the minute
        answer = wire.post("/accounts/signup/", form=fields, max_redirects=0)
    assert answer.status == 302, answer.text()
