"""Staff harvests the demo site: looks first, watches it run, looks at what came, harvests again, and stops one."""

import re
from collections.abc import Iterator

import orjson
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Open
from tests.journeys.screens import glance
from tests.journeys.waits import another_page
from tests.origins import Answer, Origin, origin
from tests.running import Up, prepared

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[Origin]:
    with origin() as running:
        running.remove("/robots.txt")
        yield running


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, site: Origin) -> Iterator[Up]:
    running = Up(prepared(tmp_path_factory.mktemp("data")), OUTBOUND_ALLOW=f"{site.host}:{site.port}")
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
    with another_page(opened):
        opened.get_by_role("button", name="Sign in").click()
    return opened


def test_a_harvest_from_the_first_look_to_the_pictures_and_once_more(page: Page) -> None:
    wrong = glance(page, "harvest-empty")
    page.get_by_role("link", name="Or try it with a small site").click()
    page.get_by_role("button", name="Look first").click()
    expect(page.locator(".look-figures dd")).to_have_text(["3", "9", "1"])
    wrong += glance(page, "harvest-new")
    page.get_by_role("button", name="Start the harvest").click()

    expect(page.locator("[data-status]")).to_have_attribute("data-status", "completed")
    expect(_figure(page, "Added")).to_have_text("6")
    expect(_figure(page, "Failed")).to_have_text("2")
    expect(_figure(page, "Skipped")).to_have_text("1")
    expect(page.get_by_text("The server's robots.txt keeps us out.").first).to_be_visible()
    wrong += glance(page, "harvest-run")

    job = page.url
    page.get_by_role("link", name="See the images").click()
    page.get_by_role("link", name="Hotel Miramar").click()
    picture = page.get_by_role("img", name="img_001.jpg")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    wrong += glance(page, "harvest-document")

    page.goto(job)
    page.get_by_role("button", name="Harvest again").click()
    expect(page.locator("[data-status]")).to_have_attribute("data-status", "completed")
    expect(_figure(page, "Added")).to_have_text("0")
    expect(_figure(page, "Unchanged")).to_have_text("6")
    page.get_by_role("combobox", name="Compare with").select_option(index=1)
    expect(page.locator("#comparison tr", has_text="Unchanged").locator("td")).to_have_text(["0", "6", "+6"])

    page.goto("/harvest/")
    expect(page.locator("[data-part=runs] tbody tr")).to_have_count(2)
    assert wrong + glance(page, "harvest-desk") == []


def test_the_desk_is_used_by_keys_alone(page: Page) -> None:
    with another_page(page):
        page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New harvest")).to_be_visible()
    page.get_by_label("Database").fill("shop")
    page.keyboard.press("Tab")
    page.keyboard.type("hotels")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No source of documents is configured here.")
    expect(page.get_by_label("Database")).to_have_value("shop")


def test_a_harvest_is_stopped_by_keys_while_its_page_goes_on(page: Page, site: Origin) -> None:
    page.goto(f"/harvest/new/?source=api&collection=held&api_url={_held(site)}")
    with another_page(page):
        page.get_by_role("button", name="Start the harvest").press("Enter")
    page.locator("[data-connection=online]").wait_for(state="attached")  # when its script asks before it stops
    expect(page.locator("[data-status=running] .figures dd").nth(2)).to_have_text("1")
    stop, question = page.locator("#cancel"), page.get_by_role("dialog", name="Stop this harvest?")

    stop.press("Enter")
    expect(question).to_be_visible()
    page.keyboard.press("Escape")
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_be_visible()
    page.evaluate("document.querySelector('#confirmation').close(); document.querySelector('#cancel').click()")
    expect(question).to_be_visible()  # asked again before the browser has told that it was left
    site.release("/2.jpg")  # the page is drawn anew below the question
    expect(page.locator(".figures dd").nth(2)).to_have_text("2")
    question.get_by_role("button", name="Stop the harvest").press("Enter")
    expect(page.locator("[data-badge]")).to_have_text("Cancelled")
    site.release("/3.jpg")


def _held(site: Origin) -> str:
    """Let the site list three pictures, of which it gives the first alone, and return where."""
    site.hold("/2.jpg", "/3.jpg")
    documents = [{"_id": number, "images": [site.url(f"/{number}.jpg")]} for number in (1, 2, 3)]
    site.answer("/held.json", Answer(body=orjson.dumps(documents)))
    return site.url("/held.json")


def _figure(page: Page, name: str) -> Locator:
    return page.locator(".figures div", has=page.locator(f"dt:text-is('{name}')")).locator("dd")
