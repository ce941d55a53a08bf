"""The pages in a real browser: sound for everybody, by axe; nothing sticks out; keys alone are enough."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Plan, User
from imagehub.webhooks import sending
from publications import uploads
from publications.services import photos, publications
from publications.services.publications import Draft
from tests.conftest import PASSWORD
from tests.journeys.files import picture
from tests.journeys.screens import WIDTHS, faults, glance, keep, sticks_out
from tests.journeys.waits import another_page, copied
from tests.webhooks.receiver import receiving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nothing-here/"]
PRIVATE = [
    "/accounts/profile/",
    "/accounts/password/change/",
    "/accounts/sessions/",
    "/accounts/keys/",
    "/accounts/webhooks/",
    "/accounts/delete/",
]
KEPT = {360, 768, 1280}  # widths whose screenshots stay as artefacts


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A window that fails its test when the content security policy or a script complains."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Security Policy" in message.text:
            complaints.append(message.text)

    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    opened = context.new_page()
    opened.on("console", hear)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def at_home(page: Page, ada: User) -> Page:
    """A window in which Ada has signed in."""
    page.goto("/accounts/login/?next=/accounts/profile/")
    page.get_by_label("Username or e-mail").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with another_page(page):
        page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="ada").wait_for()
    return page


def look(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page in both appearances and at every width."""
    wrong: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        wrong += [f"{address} {scheme}: {fault}" for fault in faults(page)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if sticks_out(page):
                wrong.append(f"{address} at {width} px sticks out")
            if width in KEPT:
                name = address.strip("/").replace("/", "-") or "home"
                keep(page, f"{name}-{width}-{scheme}")
    return wrong


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_look_right(page: Page, address: str) -> None:
    assert look(page, address) == []


def test_account_pages_look_right(at_home: Page) -> None:
    assert [fault for address in PRIVATE for fault in look(at_home, address)] == []


def test_a_wrong_password_is_told_in_place_and_nothing_is_lost(page: Page, ada: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username or e-mail").fill("ada")
    page.get_by_label("Password", exact=True).fill("not this")
    page.get_by_role("button", name="Sign in").click()
    page.locator(".notice.bad").wait_for()
    expect(page.get_by_label("Password", exact=True)).to_have_value("not this")
    assert faults(page) == []


def test_the_first_wrong_field_takes_the_focus(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Username").fill("cleo")
    page.get_by_label("E-mail").fill("cleo@example.org")
    page.get_by_label("Password", exact=True).fill("password")
    page.get_by_role("button", name="Create account").click()
    page.locator(".field .error").wait_for()
    expect(page.locator("[name=password1]")).to_be_focused()
    assert faults(page) == []
    assert not User.objects.exists()


def test_a_wrong_field_is_told_in_the_language_of_the_page(page: Page) -> None:
    page.set_extra_http_headers({"Accept-Language": "es"})
    page.goto("/accounts/signup/")
    page.get_by_label("Nombre de usuario").fill("cleo")
    page.get_by_label("Correo electrónico").fill("cleo@")
    page.get_by_role("button", name="Crear cuenta").click()
    sentences = ["Introduzca una dirección de correo electrónico válida.", "Este campo es requerido."]
    expect(page.locator(".field .error")).to_have_text(sentences)
    expect(page.locator("[name=email]")).to_be_focused()


def test_a_webhook_tells_what_came_of_its_messages(at_home: Page, ada: User, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    with receiving() as receiver:
        at_home.goto("/accounts/webhooks/")
        at_home.get_by_label("Address").fill(receiver.url)
        at_home.get_by_label("Name").fill("The shop")
        at_home.get_by_label("Edits").check()
        at_home.get_by_role("button", name="Create webhook").click()
        expect(at_home.get_by_label("The secret", exact=True)).to_have_value(re.compile("whsec_.{44}"))
        at_home.get_by_role("link", name="The shop").click()
        for status in (204, 503):
            receiver.status = status
            with at_home.expect_response(lambda answer: answer.request.method == "POST"):
                at_home.get_by_role("button", name="Send a test").click()
            sending.send_some()
        at_home.reload()
        expect(at_home.get_by_text("The server answered 204.")).to_be_visible()
        expect(at_home.get_by_text("The server answered 503.")).to_be_visible()
        assert glance(at_home, "webhook") == []


def test_keys_alone_are_enough_to_sign_in(page: Page, ada: User) -> None:
    page.goto("/accounts/login/?next=/accounts/profile/")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="ada").wait_for()


def test_the_way_past_the_frame_is_the_first_stop(at_home: Page) -> None:
    at_home.keyboard.press("Tab")
    expect(at_home.locator(".skip")).to_be_focused()
    at_home.keyboard.press("Enter")
    expect(at_home.locator("#main")).to_be_focused()


def test_a_password_shows_and_says_how_strong_it_is(page: Page) -> None:
    page.goto("/accounts/signup/")
    field = page.get_by_label("Password", exact=True)
    told = page.locator(".strength-word")
    for text, word in [("short", "Too short"), ("password1", "Easy to guess"), ("nine quiet owls at dawn", "Strong")]:
        field.fill(text)
        expect(told).to_have_text(word)
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")


def test_the_chosen_appearance_stays(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Language and appearance").click()
    page.get_by_role("button", name="Dark").click()
    page.goto("/accounts/signup/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert faults(page) == []


def test_a_key_is_made_copied_and_revoked_in_place(at_home: Page) -> None:
    at_home.context.grant_permissions(["clipboard-read", "clipboard-write"])
    at_home.goto("/accounts/keys/")
    at_home.get_by_label("Name").fill("Laptop")
    at_home.get_by_label("User pictures").check()
    at_home.get_by_role("button", name="Create key").click()
    secret = at_home.get_by_label("The new key").input_value()
    at_home.get_by_role("button", name="Copy").click()
    assert copied(at_home) == secret
    assert faults(at_home) == []
    at_home.get_by_role("button", name="Revoke Laptop").click()
    at_home.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    at_home.locator(".toast", has_text="The key is revoked.").wait_for()
    at_home.get_by_text("None yet.").wait_for()
    expect(at_home.locator("#keys-title")).to_be_focused()
    assert faults(at_home) == []


def test_the_menu_opens_and_leaves_by_key(at_home: Page) -> None:
    button = at_home.get_by_role("button", name="Menu of ada")
    button.press("Enter")
    expect(at_home.locator("#menu:popover-open")).to_have_count(1)
    assert faults(at_home) == []
    at_home.keyboard.press("Escape")
    expect(at_home.locator("#menu:popover-open")).to_have_count(0)


def test_longer_words_and_more_photos_than_the_plan_holds_fit_the_narrowest_editor(at_home: Page, ada: User) -> None:
    User.objects.update(plan=Plan.PREMIUM)
    publication = publications.create(Draft("A boat", ""), owner=ada, by=ada)
    for colour in ("teal", "navy", "olive", "maroon", "purple", "black", "gray", "red"):
        clean = uploads.judge(picture("a.jpg", colour)["buffer"])
        photos.add(clean, publication.public_id, by=ada)
    User.objects.update(plan=Plan.FREE)
    at_home.set_viewport_size({"width": 320, "height": 800})
    for language in ("en", "es", "fr"):
        at_home.set_extra_http_headers({"Accept-Language": language})
        at_home.goto(f"/publications/{publication.public_id}/edit/")
        assert not sticks_out(at_home)


def test_the_page_of_the_api_is_as_dark_as_the_others(page: Page) -> None:
    page.route("**/api/schema*", lambda route: route.abort())  # what it tells of takes seconds to make
    for system, chosen, is_dark in [("dark", "", True), ("light", "", False), ("light", "dark", True)]:
        page.emulate_media(color_scheme="dark" if system == "dark" else "light")
        page.goto("/api/docs", wait_until="domcontentloaded")
        page.evaluate("chosen => localStorage.setItem('theme', chosen)", chosen)
        page.reload(wait_until="domcontentloaded")
        expect(page.locator("html.dark-mode")).to_have_count(int(is_dark))
