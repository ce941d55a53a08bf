"""The pages "My publications" and the editor of one, as a browser without script meets them."""

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Plan, User
from imagehub.images.imports import LONGEST_ADDRESS
from publications import cards
from publications.limits import IMPORTS
from publications.models import LONGEST_ALT_TEXT, LONGEST_DESCRIPTION, LONGEST_TITLE, Photo, Publication
from publications.services import moderation
from tests import loopback

MINE = "/publications/"


@pytest.fixture
def boat(ada: User, publication_of: Callable[..., Publication]) -> Publication:
    return publication_of(ada)


def edit(publication: Publication) -> str:
    return f"/publications/{publication.public_id}/edit/"


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def order(publication: Publication) -> list[str]:
    return list(publication.photos.order_by("position").values_list("image__public_id", flat=True))


def file(data: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


# -- My publications --------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [MINE, "/publications/boat/edit/"])
def test_strangers_are_asked_to_sign_in_first(db: None, address: str) -> None:
    answer = Client().get(address)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={address}")


def test_without_publications_the_page_says_what_it_is_for(visitor: Client) -> None:
    text = shown(visitor, MINE)

    assert "Show something to everybody" in text
    assert "up to 4 photos" in text
    assert "data-card" not in text


def test_own_publications_are_shown_newest_first_with_cover_and_count(
    ada: User, bea: User, visitor: Client, publication_of: Any, photo_in: Any
) -> None:
    first, second, foreign = publication_of(ada), publication_of(ada, "A <b>house"), publication_of(bea)
    cover = photo_in(second, alt_text="A red door")
    other = photo_in(second)

    text = shown(visitor, MINE)

    assert text.index(second.public_id) < text.index(first.public_id)
    assert foreign.public_id not in text
    assert "A &lt;b&gt;house" in text
    assert f"/i/{cover.image.public_id}/w320.auto" in text
    assert other.image.public_id not in text
    assert 'alt="A red door"' in text
    assert "2 of 4 photos" in text
    assert "1 without alt text" in text
    assert "0 of 4 photos" in text
    assert "No photos yet" in text


def test_a_hidden_one_is_marked(staff: User, visitor: Client, boat: Publication) -> None:
    assert "Hidden" not in shown(visitor, MINE)

    moderation.hide(boat.public_id, "Not a boat.", by=staff)

    assert "Hidden" in shown(visitor, MINE)


def test_an_open_page_may_ask_for_the_cards_alone(visitor: Client, boat: Publication) -> None:
    text = shown(visitor, f"{MINE}?part=cards")

    assert boat.public_id in text
    assert "<html" not in text


def test_many_are_shown_page_by_page(
    ada: User, visitor: Client, publication_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "PER_PAGE", 2)
    oldest, older, old, new = (publication_of(ada) for _ in range(4))

    first = shown(visitor, MINE)
    second = shown(visitor, f"{MINE}?before={old.public_id}")

    def marks(text: str) -> list[bool]:
        return [f'data-card="{one.public_id}"' in text for one in (new, old, older, oldest)]

    assert marks(first) == [True, True, False, False]
    assert marks(second) == [False, False, True, True]
    assert f"?before={old.public_id}" in first
    assert "Newest" in second
    assert "Older" not in second


@pytest.mark.parametrize("before", ["nobody", "../..", "x" * 65, ""])
def test_a_page_before_nothing_begins_at_the_newest(visitor: Client, boat: Publication, before: str) -> None:
    assert boat.public_id in shown(visitor, f"{MINE}?before={before}")


def test_the_page_takes_few_queries_however_many_there_are(
    ada: User, visitor: Client, publication_of: Any, photo_in: Any
) -> None:
    for _ in range(3):
        publication = publication_of(ada)
        for _ in range(3):
            photo_in(publication)

    with CaptureQueriesContext(connection) as queries:
        visitor.get(MINE)

    assert len(queries) <= 6


def test_a_form_without_script_makes_one(ada: User, visitor: Client) -> None:
    assert "<dialog" in shown(visitor, f"{MINE}?new")

    answer = visitor.post(MINE, {"title": "  A   boat "})

    made = Publication.objects.get()
    assert (made.title, made.owner) == ("A boat", ada)
    assert (answer.status_code, answer.headers["Location"]) == (302, edit(made))


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_bad_title_is_told_in_place_and_nothing_is_made(title: str, visitor: Client, trace: Any) -> None:
    before = trace()

    answer = visitor.post(MINE, {"title": title})

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.content.decode()
    assert trace() == before


# -- The editor -------------------------------------------------------------------------------------


def test_the_editor_shows_photos_in_order_and_what_the_plan_holds(
    visitor: Client, boat: Publication, photo_in: Any
) -> None:
    first, second = photo_in(boat, alt_text="The bow"), photo_in(boat)

    text = shown(visitor, edit(boat))

    assert text.index(first.image.public_id) < text.index(second.image.public_id)
    assert "2 of 4" in text
    assert "The bow" in text
    assert "Alt text missing: 1" in text
    assert '<p class="notice photos-full" data-full hidden>' in text


@pytest.mark.parametrize(
    ("plan", "count", "allowance", "sentence"),
    [
        (Plan.FREE, 4, 4, "All 4 places of your plan are taken. Premium holds 8 photos."),
        (Plan.PREMIUM, 8, 8, "All 8 places are taken."),
        (Plan.FREE, 7, 4, "Your plan holds 4 photos. The ones that are here stay"),
    ],
)
def test_a_full_one_says_what_can_be_done(
    plan: str, count: int, allowance: int, sentence: str, ada: User, visitor: Client, boat: Publication, photo_in: Any
) -> None:
    User.objects.update(plan=Plan.PREMIUM)
    for _ in range(count):
        photo_in(Publication.objects.select_related("owner").get())
    User.objects.update(plan=plan)

    text = shown(visitor, edit(boat))

    assert sentence in text
    assert f"{count} of {allowance}" in text
    assert text.count("data-taken") == count


def test_an_open_page_may_ask_for_the_photos_alone(visitor: Client, boat: Publication, photo_in: Any) -> None:
    photo = photo_in(boat)

    text = shown(visitor, f"{edit(boat)}?part=photos")

    assert photo.image.public_id in text
    assert "<html" not in text


def test_the_owner_of_a_hidden_one_reads_why(staff: User, visitor: Client, boat: Publication, photo_in: Any) -> None:
    photo_in(boat)
    moderation.hide(boat.public_id, "Not <i>yours</i>.", by=staff)

    text = shown(visitor, edit(boat))

    assert "Our staff has hidden this publication." in text
    assert "Not &lt;i&gt;yours&lt;/i&gt;." in text
    assert "sig=" in text


def test_strangers_are_refused_and_a_hidden_one_is_not_there_for_them(
    bea: User, staff: User, boat: Publication, trace: Any
) -> None:
    stranger = Client()
    stranger.force_login(bea)
    for method in (stranger.get, stranger.post):
        assert method(edit(boat)).status_code == 403
    moderation.hide(boat.public_id, "Not a boat.", by=staff)
    before = trace()

    for action in ("delete", "change", "upload", "remove"):
        assert stranger.post(edit(boat), {"action": action, "title": "Mine"}).status_code == 404

    assert trace() == before


def test_staff_edits_anybodys(staff: User, boat: Publication) -> None:
    client = Client()
    client.force_login(staff)

    assert boat.title in shown(client, edit(boat))


@pytest.mark.parametrize("publication_id", ["nobody", "x" * 65, "1%20OR%201=1", "__proto__"])
def test_what_is_not_there_is_not_found(publication_id: str, visitor: Client) -> None:
    assert visitor.get(f"/publications/{publication_id}/edit/").status_code == 404


@pytest.mark.parametrize("address", [MINE, f"{MINE}?new", "editor"])
def test_nothing_on_the_pages_needs_inline_script_or_style(
    address: str, visitor: Client, boat: Publication, photo_in: Any
) -> None:
    photo_in(boat)

    text = shown(visitor, edit(boat) if address == "editor" else address)

    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert text.count("<script") == text.count("<script src=") + text.count('<script type="module" src=')


def test_the_editor_takes_few_queries_however_many_photos(visitor: Client, boat: Publication, photo_in: Any) -> None:
    for _ in range(4):
        photo_in(boat)

    with CaptureQueriesContext(connection) as queries:
        visitor.get(edit(boat))

    assert len(queries) <= 6


def test_forms_without_script_add_several(visitor: Client, boat: Publication, photo: Callable[..., bytes]) -> None:
    files = [file(photo(colour="red")), file(photo(colour="blue"))]

    answer = visitor.post(edit(boat), {"action": "upload", "file": files}, follow=True)

    assert answer.redirect_chain == [(edit(boat), 302)]
    assert "Your photos are here." in answer.content.decode()
    assert boat.photos.count() == 2


def test_forms_without_script_add_nothing_where_no_place_is_left(
    visitor: Client, boat: Publication, photo_in: Any
) -> None:
    offered = []
    for _ in range(4):
        offered.append('value="upload"' in shown(visitor, edit(boat)))
        photo_in(boat)

    assert offered == [True] * 4
    assert 'value="upload"' not in shown(visitor, edit(boat))


def test_forms_without_script_order_describe_and_remove(visitor: Client, boat: Publication, photo_in: Any) -> None:
    one, two, three = (photo_in(boat).image.public_id for _ in range(3))

    def act(action: str, image: str, **fields: str) -> int:
        return visitor.post(edit(boat), {"action": action, "image": image, **fields}).status_code

    assert act("later", one) == 302
    assert order(boat) == [two, one, three]
    assert act("earlier", three) == 302
    assert order(boat) == [two, three, one]
    assert act("earlier", two) == 302
    assert act("later", one) == 302
    assert order(boat) == [two, three, one]
    assert act("describe", three, alt_text="The\r\nbow") == 302
    assert Photo.objects.get(image__public_id=three).alt_text == "The bow"
    assert act("remove", two) == 302
    assert order(boat) == [three, one]


def test_the_editor_takes_as_many_characters_as_are_kept(visitor: Client, boat: Publication, photo_in: Any) -> None:
    photo_in(boat)

    page = shown(visitor, edit(boat))

    bounds = Counter(int(bound) for bound in re.findall(r'maxlength="(\d+)"', page))
    assert bounds == {LONGEST_TITLE: 1, LONGEST_DESCRIPTION: 1, LONGEST_ALT_TEXT: 1, LONGEST_ADDRESS: 2}


def test_forms_without_script_take_a_photo_from_the_web(
    visitor: Client, boat: Publication, photo: Callable[..., bytes], settings: Settings
) -> None:
    with loopback.serving(loopback.always(loopback.answer(photo()))) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        back = visitor.post(edit(boat), {"action": "import", "url": f"{server.url}/a.jpg"})

    assert back.status_code == 302
    assert boat.photos.count() == 1


def test_pictures_are_fetched_for_forms_as_often_as_for_the_api(
    visitor: Client, ada: User, boat: Publication, api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # so that no window ends meanwhile
    wish = {"action": "import", "url": "file:///etc/passwd"}
    answers = [visitor.post(edit(boat), wish) for _ in range(IMPORTS.requests)]
    assert {answer.status_code for answer in answers} == {400}

    refused = [
        visitor.post(edit(boat), wish),
        api(ada).post(f"/api/v1/publications/{boat.public_id}/images/from-url", wish, format="json"),
    ]

    assert [answer.status_code for answer in refused] == [429, 429]
    assert all(0 < int(answer.headers["Retry-After"]) <= IMPORTS.seconds for answer in refused)


def test_forms_without_script_change_and_delete(visitor: Client, boat: Publication, photo_in: Any) -> None:
    photo_in(boat)
    said = {"action": "change", "title": "A ship", "description": "One\r\ntwo"}
    assert visitor.post(edit(boat), said).status_code == 302
    boat.refresh_from_db()
    assert (boat.title, boat.description) == ("A ship", "One\ntwo")

    answer = visitor.post(edit(boat), {"action": "delete"}, follow=True)

    assert answer.redirect_chain == [(MINE, 302)]
    assert "The publication is deleted." in answer.content.decode()
    assert (Publication.objects.count(), Photo.objects.count()) == (0, 0)


def test_a_bad_title_in_the_editor_is_told_in_place(visitor: Client, boat: Publication, trace: Any) -> None:
    before = trace()

    answer = visitor.post(edit(boat), {"action": "change", "title": " ", "description": "Kept as typed"})

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "Kept as typed" in answer.content.decode()
    assert trace() == before


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"action": "explode"}, 400),
        ({"action": "upload"}, 400),
        ({"action": "import"}, 400),
        ({"action": "import", "url": "file:///etc/passwd"}, 400),
        ({"action": "remove"}, 400),
        ({"action": "remove", "image": "nobody"}, 404),
        ({"action": "describe", "image": "nobody", "alt_text": "x"}, 404),
        ({"action": "describe", "image": "nobody", "alt_text": "x" * 1001}, 400),
        ({"action": "earlier"}, 400),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(
    fields: dict[str, str], status: int, visitor: Client, boat: Publication, photo_in: Any, trace: Any
) -> None:
    photo_in(boat)
    before = trace()

    answer = visitor.post(edit(boat), fields)

    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert trace() == before


@pytest.mark.parametrize(("length", "status"), [(0, 400), (100, 400), (5 * 1024 * 1024 + 1, 413)])
def test_a_bad_file_from_a_form_is_refused(
    *, length: int, status: int, visitor: Client, boat: Publication, photo: Callable[..., bytes], trace: Any
) -> None:
    data = photo()[:length].ljust(length, b"\0")
    before = trace()

    assert visitor.post(edit(boat), {"action": "upload", "file": file(data)}).status_code == status
    assert trace() == before


def test_forms_from_other_sites_change_nothing(ada: User, boat: Publication, trace: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    before = trace()

    assert client.post(edit(boat), {"action": "delete"}).status_code == 403
    assert client.post(MINE, {"title": "Mine"}).status_code == 403
    assert trace() == before


def test_the_rail_leads_there_and_staff_to_the_review(visitor: Client, staff: User) -> None:
    client = Client()
    client.force_login(staff)

    assert 'href="/publications/" aria-current="page"' in shown(visitor, MINE)
    assert "/publications/review/" not in shown(visitor, MINE)
    rail = re.findall(r'<a[^>]* href="([^"]+)"', shown(client, MINE).split("</nav>")[0].split('<nav class="rail"')[1])
    own = ["/", "/", "/pictures/", "/publications/", "/generated/", "/edit/"]
    assert rail == [*own, "/harvest/", "/publications/review/", "/admin/", "/accounts/profile/"]
