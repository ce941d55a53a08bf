"""Staff harvests the demo site: looks first, watches it run, looks at what came, and harvests again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Open
from tests.journeys.screens import look
from tests.running import Up

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("data"))
    yield running
    running.end()


@pytest.fixture
def page(contexts: Open, up: Up) -> Page:
    login = re.search(r"Demo staff\s+(\S+) / (\S+)", up.printed)
    assert login, up.printed
    opened = contexts().new_page()
    opened.goto("/accounts/login/?next=/harvest/")
    opened.get_by_label("Username or e-mail").fill(login[1])
    opened.get_by_label("Password", exact=True).fill(login[2])
    opened.get_by_role("button", name="Sign in").click()
    opened.locator("[data-desk]").wait_for()
    return opened


def test_a_harvest_from_the_first_look_to_the_pictures_and_once_more(page: Page) -> None:
    wrong = look(page, "harvest-empty")
    page.get_by_role("link", name="Or try it with a small site").click()
    page.get_by_role("button", name="Look first").click()
    expect(page.locator(".look-figures dd")).to_have_text(["3", "9", "1"])
    wrong += look(page, "harvest-new")
    page.get_by_role("button", name="Start the harvest").click()

    expect(page.locator("[data-status]")).to_have_attribute("data-status", "completed", timeout=60_000)
    expect(_figure(page, "Added")).to_have_text("6")
    expect(_figure(page, "Failed")).to_have_text("2")
    expect(_figure(page, "Skipped")).to_have_text("1")
    expect(page.get_by_text("The server's robots.txt keeps us out.").first).to_be_visible()
    wrong += look(page, "harvest-run")

    page.goto("/harvest/files/")
    page.get_by_role("link", name="hotels").click()
    page.get_by_role("link", name="Hotel Miramar").click()
    picture = page.get_by_role("img", name="img_001.jpg")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    wrong += look(page, "harvest-document")

    page.goto("/harvest/new/?source=api")
    page.get_by_label("Address of the API").fill(_listing(page))
    page.get_by_label("Name of the collection").fill("hotels")
    page.get_by_role("button", name="Start the harvest").click()
    expect(page.locator("[data-status]")).to_have_attribute("data-status", "completed", timeout=60_000)
    expect(_figure(page, "Added")).to_have_text("0")
    expect(_figure(page, "Unchanged")).to_have_text("6")
    page.get_by_role("combobox", name="Compare with").select_option(index=1)
    expect(page.locator("#comparison tr", has_text="Unchanged").locator("td")).to_have_text(["0", "6", "+6"])

    page.goto("/harvest/")
    expect(page.locator("[data-part=runs] tbody tr")).to_have_count(2)
    assert wrong + look(page, "harvest-desk") == []


def test_the_desk_is_used_by_keys_alone(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New harvest")).to_be_visible()
    page.get_by_label("Database").fill("shop")
    page.keyboard.press("Tab")
    page.keyboard.type("hotels")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No source of documents is configured here.")
    expect(page.get_by_label("Database")).to_have_value("shop")


def _figure(page: Page, name: str) -> Locator:
    return page.locator(".figures div", has=page.locator(f"dt:text-is('{name}')")).locator("dd")


def _listing(page: Page) -> str:
    """Return where the demo site lists its documents."""
    page.goto("/harvest/new/?source=api")
    source = page.request.get("/api/v1/jobs").json()["jobs"][0]["metadata"]["source"]
    return str(source)
