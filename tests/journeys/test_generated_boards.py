"""Somebody makes a board of generated images and shares it, and somebody without an account looks at it."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from generated import reading, services
from generated.models import Board, Generated, Pin, ShareLink
from generated.services import boards, sharing
from imagehub.images.pipeline.recipes import Policy
from tests.generated.conftest import png
from tests.journeys.screens import WIDTHS, faults, keep, sticks_out
from tests.journeys.waits import another_page, copied

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]
NAMES = ("teal", "navy", "olive")
SECRET = "open sesame please"
NAUGHTY = "</title></template><img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}"


def draw(owner: User, colour: str, prompt: str = "") -> Generated:
    draft = reading.draft(prompt or f"a {colour} fox", png(colour, (700, 500)), {"seed": 4711})
    return services.generate(draft, owner=owner, by=owner)[0]


@pytest.fixture
def board(ada: User) -> Board:
    made = boards.create("Foxes", owner=ada, by=ada)
    return boards.pin(made.public_id, [draw(ada, colour).public_id for colour in NAMES], by=ada)


def enter(context: BrowserContext, owner: User, address: str) -> Page:
    """Open a page as somebody who has signed in."""
    client = Client()
    client.force_login(owner)
    page = context.new_page()
    page.goto("/")
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": page.url}])
    page.goto(address)
    return page


def shared(board: Board, **terms: object) -> str:
    _, token = sharing.share(board.public_id, sharing.Terms(**terms), by=board.owner)  # type: ignore[arg-type]  # as the test says
    return f"/shared/{token}/"


def prompts(board: Board) -> list[str]:
    return list(board.pins.in_order().values_list("generated__prompt", flat=True))


def grip(page: Page, number: int) -> Locator:
    return page.locator("[data-grip]").nth(number)


def told(page: Page, text: str) -> None:
    expect(page.locator("[data-said]")).to_have_text(text)


def choose_all(page: Page, count: int) -> None:
    """Check the box of each picture that is offered."""
    boxes = page.locator("[name=images]")
    expect(boxes).to_have_count(count)
    for box in boxes.all():
        box.check()


def test_a_board_is_made_and_filled(visits: Open, ada: User) -> None:
    for colour in NAMES:
        draw(ada, colour)
    page = enter(visits(), ada, "/generated/boards/")

    page.keyboard.press("n")
    page.keyboard.type("Foxes")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/generated/boards/\w{22}/$"))
    page.keyboard.press("a")
    choose_all(page, 3)
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.locator("[data-pin]")).to_have_count(3)
    assert Pin.objects.count() == 3
    page.goto("/generated/boards/")
    expect(page.locator("[data-card]")).to_contain_text("3 images")


def test_keys_alone_order_and_take_off_and_put_back(visits: Open, ada: User, board: Board) -> None:
    page = enter(visits(), ada, f"/generated/boards/{board.public_id}/")
    grip(page, 0).focus()

    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("End")
    told(page, "Now at place 3 of 3.")
    assert prompts(board) == ["a navy fox", "a olive fox", "a teal fox"]

    grip(page, 1).focus()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.keyboard.press("Delete")
    expect(page.locator("[data-pin]")).to_have_count(2)
    assert prompts(board) == ["a navy fox", "a teal fox"]
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-pin]")).to_have_count(3)
    assert prompts(board) == ["a navy fox", "a olive fox", "a teal fox"]


def test_the_mouse_drags_an_image_to_another_place(visits: Open, ada: User, board: Board) -> None:
    page = enter(visits(viewport={"width": 1280, "height": 800}), ada, f"/generated/boards/{board.public_id}/")
    first, last = (page.locator("[data-drag]").nth(number).bounding_box() for number in (0, 2))
    assert first
    assert last

    page.mouse.move(first["x"] + 60, first["y"] + 60)
    page.mouse.down()
    page.mouse.move(first["x"] + 100, first["y"] + 70)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.mouse.move(last["x"] + 80, last["y"] + 60, steps=8)
        page.mouse.up()

    assert prompts(board) == ["a navy fox", "a olive fox", "a teal fox"]


def test_a_link_is_made_shown_once_opened_and_taken_back(visits: Open, ada: User, board: Board) -> None:
    context = visits(permissions=["clipboard-read", "clipboard-write"])
    page = enter(context, ada, f"/generated/boards/{board.public_id}/")
    page.keyboard.press("s")
    page.get_by_label("For whom").fill("Bob")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Make a link").click()

    page.get_by_role("button", name="Copy").click()
    address = copied(page)
    assert page.locator("#fresh").input_value() == address
    expect(page.locator(".link-row")).to_contain_text("opened 0 times")
    page.reload()
    expect(page.locator("[data-fresh]")).to_have_count(0)
    assert ShareLink.objects.count() == 1

    bob = visits().new_page()
    bob.goto(urlsplit(address).path)
    expect(bob.get_by_text("Foxes")).to_have_count(0)
    bob.get_by_label("Password").fill("wrong")
    bob.keyboard.press("Enter")
    expect(bob.get_by_role("alert")).to_have_text("That is not the password.")
    bob.get_by_label("Password").fill(SECRET)
    bob.keyboard.press("Enter")
    expect(bob.get_by_role("heading", name="Foxes")).to_be_visible()

    page.reload()
    expect(page.locator(".link-row")).to_contain_text("opened 1 time")
    page.get_by_role("button", name="Take the link back: Bob").click()
    expect(page.locator(".link-row")).to_have_count(0)
    bob.reload()
    expect(bob.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_a_stranger_looks_by_keys_alone_and_downloads(visits: Open, board: Board) -> None:
    page = visits().new_page()
    page.goto(shared(board))
    expect(page.locator(".ai-mark")).to_have_text(["AI"] * 3)
    page.wait_for_load_state()  # without its script the page leads to the picture itself
    page.locator(".shared-open").first.focus()
    page.keyboard.press("Enter")

    expect(page.locator("[data-lightbox-count]")).to_have_text("1 of 3")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-lightbox-count]")).to_have_text("2 of 3")
    page.keyboard.press("i")
    facts = page.locator("[data-lightbox-facts-place]")
    expect(facts).to_contain_text("Made with AI")
    with page.expect_download() as download:
        facts.get_by_role("link", name="Download").click()
    assert re.fullmatch(r"imagehub-\w{22}\.png", download.value.suggested_filename)
    page.keyboard.press("Escape")
    expect(page.locator("[data-lightbox]")).to_be_hidden()
    assert "fox" not in page.content()


def test_the_address_of_a_link_is_told_to_nobody(visits: Open, board: Board) -> None:
    page = visits().new_page()
    told_to: list[str] = []
    page.on("request", lambda request: told_to.append(request.all_headers().get("referer", "")))

    page.goto(shared(board), wait_until="networkidle")

    assert len(told_to) > 3
    assert [referrer for referrer in told_to if "/shared/" in referrer and not referrer.endswith(".css")] == []


def test_without_script_everything_can_be_done(visits: Open, ada: User, board: Board) -> None:
    page = enter(visits(java_script_enabled=False), ada, f"/generated/boards/{board.public_id}/")
    with another_page(page):
        page.get_by_role("button", name="Move one place back").first.click()
    assert prompts(board) == ["a navy fox", "a teal fox", "a olive fox"]
    with another_page(page):
        page.get_by_role("button", name="Take off the board").first.click()
    assert prompts(board) == ["a teal fox", "a olive fox"]
    page.get_by_role("link", name="Share").click()
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Make a link").click()
    address = urlsplit(page.locator("#fresh").input_value()).path

    other = visits(java_script_enabled=False).new_page()
    other.goto(address)
    other.get_by_label("Password").fill(SECRET)
    other.get_by_role("button", name="Open").click()
    expect(other.get_by_role("heading", name="Foxes")).to_be_visible()
    expect(other.locator(".shared-open")).to_have_count(2)


@pytest.mark.server
def test_another_window_follows(join: Callable[..., Page]) -> None:
    page = join()
    page.goto("/generated/boards/")
    page.locator("[data-connection=online]").wait_for(state="attached")
    other = page.context.new_page()
    other.goto("/generated/boards/?new")
    other.locator("[name=name]").fill("Foxes")
    other.keyboard.press("Enter")
    other.wait_for_url(re.compile(r"/generated/boards/\w{22}/$"))
    expect(page.locator("[data-card]")).to_contain_text("Foxes")

    with another_page(page):
        page.locator(".board-open").click()
    page.locator("[data-connection=online]").wait_for(state="attached")
    other.locator("summary").click()
    other.get_by_role("button", name="Delete this board").click()

    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_look_right_everywhere(scheme: str, visits: Open, ada: User, board: Board) -> None:
    odd = draw(ada, "maroon", NAUGHTY)
    boards.pin(board.public_id, [odd.public_id], by=ada)
    boards.rename(board.public_id, NAUGHTY[:100], by=ada)
    sharing.share(board.public_id, sharing.Terms(recipient="W" * 100), by=ada)
    open_to = shared(board, policy=Policy.KEEP)
    context = visits(color_scheme=scheme)
    page = enter(context, ada, "/generated/boards/")
    pages = {
        "boards": "/generated/boards/",
        "board": f"/generated/boards/{board.public_id}/",
        "shared": open_to,
        "shared-password": shared(board, password=SECRET),
    }
    for name, address in pages.items():
        page.goto(address, wait_until="networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert not sticks_out(page), (name, width)
            keep(page, f"{name}-{scheme}-{width}")
        assert faults(page) == [], name
    page.goto(pages["board"])
    page.keyboard.press("s")
    assert faults(page) == []
    keep(page, f"board-share-{scheme}")
