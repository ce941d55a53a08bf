"""Staff goes through photos that look alike, by keys and by buttons."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from publications import tasks
from publications.models import Photo, Publication, Resemblance
from tests.conftest import PASSWORD
from tests.journeys.conftest import Open
from tests.journeys.screens import look
from tests.journeys.waits import another_page
from tests.publications.lookalikes import copied, drawn, mirrored, put_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/publications/review/"
SCENES = ["sea", "night", "dawn"]


@pytest.fixture
def pairs(ada: User, bea: User) -> list[int]:
    """Three pairs, newest first as they stand on the page."""
    for number, scene in enumerate(SCENES):
        put_up(ada, drawn(scene), title=f"The {scene}")
        put_up(bea, (mirrored if number else copied)(scene), title=f"My {scene} " * (20 if number == 1 else 1))
    for pk in Photo.objects.order_by("id").values_list("pk", flat=True):
        tasks.compare(pk)
    return list(Resemblance.objects.order_by("-id").values_list("pk", flat=True))


@pytest.fixture
def page(visits: Open, staff: User, pairs: list[int]) -> Page:
    """The page in a window of staff."""
    opened = visits().new_page()
    opened.goto(f"/accounts/login/?next={PAGE}")
    opened.get_by_label("Username or e-mail").fill(staff.username)
    opened.get_by_label("Password", exact=True).fill(PASSWORD)
    with another_page(opened):
        opened.get_by_role("button", name="Sign in").click()
    return opened


def verdicts() -> list[str]:
    """Return what staff says of the pairs, newest first."""
    return list(Resemblance.objects.order_by("-id").values_list("verdict", flat=True))


def test_the_queue_is_judged_by_keys_alone(page: Page, pairs: list[int]) -> None:
    shown = [page.locator(f"[data-pair='{number}']") for number in pairs]

    page.keyboard.press("ArrowRight")
    expect(shown[0]).to_be_focused()
    page.keyboard.press("d")
    expect(shown[0]).to_have_count(0)
    expect(shown[1]).to_be_focused()
    assert verdicts() == ["dismissed", "open", "open"]

    page.keyboard.press("z")
    expect(shown[0]).to_be_focused()
    expect(page.locator("[data-pair]").first).to_have_attribute("data-pair", str(pairs[0]))
    assert verdicts() == ["open", "open", "open"]

    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    expect(shown[1]).to_have_attribute("data-verdict", "confirmed")
    expect(shown[1]).to_be_focused()
    expect(page.locator("[data-chips]")).to_contain_text("Confirmed 1")
    page.keyboard.press("ArrowRight")
    expect(shown[2]).to_be_focused()
    assert verdicts() == ["open", "confirmed", "open"]


def test_a_confirmed_copy_is_hidden_with_a_reason_and_shown_again(page: Page, pairs: list[int]) -> None:
    pair = page.locator(f"[data-pair='{pairs[0]}']")
    pair.get_by_role("button", name="Confirm").click()
    pair.get_by_label("Hide the later publication").fill("Taken from somebody else, c and d.")
    pair.get_by_role("button", name="Hide the later one").click()

    expect(pair.get_by_text("Hidden", exact=True)).to_be_visible()
    copy = Publication.objects.get(photos=Resemblance.objects.get(pk=pairs[0]).later_id)
    assert copy.hidden_reason == "Taken from somebody else, c and d."

    page.get_by_role("button", name="Undo").last.click()
    expect(pair.get_by_role("button", name="Hide the later one")).to_be_visible()
    copy.refresh_from_db()
    assert not copy.is_hidden


def test_each_message_takes_back_its_own_step(page: Page, pairs: list[int]) -> None:
    for left in (2, 1):
        page.get_by_role("button", name="Dismiss").first.click()
        expect(page.locator("[data-pair]")).to_have_count(left)

    page.get_by_role("button", name="Undo").first.click()

    expect(page.locator("[data-pair]").first).to_have_attribute("data-pair", str(pairs[0]))
    assert verdicts() == ["open", "dismissed", "open"]


def test_when_all_is_judged_the_page_says_so(page: Page) -> None:
    for left in (2, 1, 0):
        page.get_by_role("button", name="Dismiss").first.click()
        expect(page.locator("[data-pair]")).to_have_count(left)

    page.get_by_role("heading", name="Nothing to judge").wait_for()
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator("[data-pair]")).to_have_count(1)
    expect(page.get_by_role("heading", name="Nothing to judge")).to_be_hidden()


def test_what_a_colleague_decided_otherwise_is_said(page: Page, pairs: list[int]) -> None:
    Resemblance.objects.filter(pk=pairs[0]).update(verdict="confirmed")

    page.get_by_role("button", name="Dismiss").first.click()

    page.get_by_text("Somebody has decided otherwise meanwhile.").wait_for()
    assert verdicts()[0] == "confirmed"


def test_the_page_looks_right_everywhere(page: Page) -> None:
    page.get_by_role("button", name="Confirm").first.click()
    page.locator("[data-verdict=confirmed]").wait_for()
    assert look(page, "review") == []


@pytest.mark.parametrize("language", ["es", "fr"])
def test_longer_languages_keep_each_word_of_a_button_whole(page: Page, language: str) -> None:
    page.get_by_role("button", name="Confirm").first.click()
    page.locator("[data-verdict=confirmed]").wait_for()
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.set_viewport_size({"width": 320, "height": 800})
    lines = "all => all.map(one => one.offsetHeight)"

    page.goto(PAGE)
    assert page.locator(".pair-form .button").evaluate_all(lines) == [40] * 4
    page.goto(f"{PAGE}?verdict=confirmed")
    assert page.locator(".pair-form .button").evaluate_all(lines) == [40] * 2


def test_it_works_without_script(visits: Open, staff: User, pairs: list[int]) -> None:
    window = visits(java_script_enabled=False).new_page()
    window.goto(f"/accounts/login/?next={PAGE}")
    window.locator("[name=login]").fill(staff.username)
    window.locator("[name=password]").fill(PASSWORD)
    window.locator("main form button[type=submit]").click()
    window.locator("[data-pair] button[value=dismiss]").first.click()
    window.get_by_text("Dismissed.").wait_for()
    assert verdicts() == ["dismissed", "open", "open"]
