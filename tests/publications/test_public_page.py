"""The public page of a publication, as browsers without script, previews and search engines meet it."""

import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from accounts.models import User
from publications.models import Photo, Publication
from publications.services import moderation

HERE = "http://testserver"
DATA = {"type": "application/ld+json"}
Hang = Callable[..., Photo]


class Reader(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and the text of some."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {"title": "", "h1": "", "script": ""}
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = tag

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in self.texts:
            self.texts[self._within] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]

    @property
    def metas(self) -> dict[str, str | None]:
        found = {meta.get("property") or meta.get("name"): meta.get("content") for meta in self.all("meta")}
        return {name: content for name, content in found.items() if name}


def address(publication: Publication) -> str:
    return f"/publications/{publication.public_id}/"


def read(client: Client, publication: Publication) -> Reader:
    answer = client.get(address(publication))
    assert answer.status_code == 200
    return Reader(answer.content.decode())


@pytest.fixture
def boat(ada: User, publication_of: Callable[..., Publication], photo_in: Hang) -> Publication:
    """Put up a publication with three photos, the second without words."""
    boat = publication_of(ada, title="A boat", description="Blue, with a sail.\n\nShe floats.")
    for words, size in (("From the left", (300, 200)), ("", (150, 200)), ("From the right", (400, 100))):
        photo_in(boat, alt_text=words, size=size)
    return boat


@pytest.fixture
def visit() -> Callable[..., Client]:
    """Open a browser: `visit()` is a stranger's, `visit(ada)` hers."""

    def browser(user: User | None = None) -> Client:
        client = Client()
        if user:
            client.force_login(user)
        return client

    return browser


def test_strangers_see_the_photos_in_order_with_their_words(client: Client, boat: Publication) -> None:
    page = read(client, boat)
    photos = list(boat.photos.order_by("position"))

    shown = [found["id"] for found in page.all("figure")]
    words = [found["alt"] for found in page.all("img", decoding="async")]

    assert shown == [photo.image.public_id for photo in photos]
    assert words == ["From the left", "", "From the right"]
    assert page.texts["h1"] == "A boat"
    assert page.texts["title"] == "A boat · ImageHub"


def test_every_photo_has_its_room_and_fits_every_screen(client: Client, boat: Publication) -> None:
    first, *others = read(client, boat).all("img", decoding="async")

    assert (first["width"], first["height"], first["loading"]) == ("300", "200", "eager")
    assert [(other["width"], other["height"], other["loading"]) for other in others] == [
        ("150", "200", "lazy"),
        ("400", "100", "lazy"),
    ]
    assert str(others[1]["srcset"]).endswith("/w640.auto 400w")


def test_without_script_each_photo_leads_to_itself(client: Client, boat: Publication) -> None:
    links = [str(link["href"]) for link in read(client, boat).all("a", **{"class": "photo-open"})]

    assert [client.get(link.removeprefix(HERE)).status_code for link in links] == [200, 200, 200]


def test_previews_elsewhere_hear_all_they_ask_for(client: Client, boat: Publication) -> None:
    page = read(client, boat)
    cover = boat.photos.order_by("position")[0].image

    assert page.all("link", rel="canonical") == [{"rel": "canonical", "href": HERE + address(boat)}]
    assert (
        page.metas.items()
        >= {
            "description": "Blue, with a sail. She floats.",
            "og:site_name": "ImageHub",
            "og:type": "website",
            "og:url": HERE + address(boat),
            "og:title": "A boat",
            "og:description": "Blue, with a sail. She floats.",
            "og:image": f"{HERE}/i/{cover.public_id}/social.jpg",
            "og:image:type": "image/jpeg",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": "From the left",
            "twitter:card": "summary_large_image",
            "twitter:title": "A boat",
            "twitter:image": f"{HERE}/i/{cover.public_id}/social.jpg",
            "twitter:image:alt": "From the left",
        }.items()
    )


def test_the_picture_for_previews_is_what_its_tags_say(client: Client, boat: Publication) -> None:
    preview = str(read(client, boat).metas["og:image"]).removeprefix(HERE)

    answer: Any = client.get(preview)

    picture = Pillow.open(io.BytesIO(answer.getvalue()))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert (picture.format, picture.size) == ("JPEG", (1200, 630))


def test_search_engines_read_the_same_in_the_words_of_schema_org(client: Client, boat: Publication) -> None:
    page = read(client, boat)
    cover = boat.photos.order_by("position")[0]

    data = json.loads(page.texts["script"])

    assert page.all("script", **DATA) == [DATA]
    assert (data["@context"], data["@type"], data["url"]) == (
        "https://schema.org",
        "ImageGallery",
        HERE + address(boat),
    )
    assert data["author"] == {"@type": "Person", "name": "ada", "image": f"{HERE}/avatar/{boat.owner.public_id}"}
    assert [picture["caption"] for picture in data["image"]] == ["From the left", "", "From the right"]
    assert data["image"][0] == {
        "@type": "ImageObject",
        "contentUrl": f"{HERE}/i/{cover.image.public_id}/original.jpg",
        "thumbnailUrl": f"{HERE}/i/{cover.image.public_id}/w640.auto",
        "encodingFormat": "image/jpeg",
        "width": 300,
        "height": 200,
        "uploadDate": cover.created_at.isoformat(),
        "caption": "From the left",
        "representativeOfPage": True,
    }


def test_without_a_description_the_page_says_who_shows_how_much(
    client: Client, ada: User, publication_of: Callable[..., Publication], photo_in: Hang
) -> None:
    bare = publication_of(ada)
    photo_in(bare)

    assert read(client, bare).metas["description"] == "1 photo by ada"


def test_without_photos_it_says_so_and_offers_no_picture(
    client: Client, ada: User, publication_of: Callable[..., Publication]
) -> None:
    page = read(client, publication_of(ada))

    assert page.metas["twitter:card"] == "summary"
    assert "og:image" not in page.metas
    assert json.loads(page.texts["script"])["image"] == []
    assert page.all("figure") == []


NAUGHTY = [
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</template></dialog><svg/onload=alert(1)>",
    "{{ 7*7 }}{% now 'Y' %}${7*7}",
    "javascript:alert(1)",
    "&lt;script&gt;&amp;#60;",
    "\u2028\u2029]]>-->",
    "%00%0d%0aSet-Cookie: a=b",
    "\U0001f600\u0301\u0302 Z\u0363\u0368",
    "\u202eabc\u202c \u0627\u0644\u0645\u064a\u0646\u0627\u0621",
    "\\u003c\\x3cscript\\x3e",
]


@pytest.mark.parametrize("naughty", NAUGHTY)
def test_whatever_people_write_is_shown_and_nothing_of_it_is_obeyed(
    naughty: str, client: Client, boat: Publication
) -> None:
    plain = read(client, boat)
    # Written past the services, which would have cleaned some of it away.
    Publication.objects.filter(pk=boat.pk).update(title=naughty, description=naughty)
    Photo.objects.filter(publication=boat, position=0).update(alt_text=naughty)

    page = read(client, boat)

    assert [tag for tag, _ in page.elements if tag not in {"p", "br"}] == [
        tag for tag, _ in plain.elements if tag not in {"p", "br"}
    ]
    assert [name for _, found in page.elements for name in found if name.startswith("on")] == []
    assert page.texts["h1"] == naughty
    assert page.texts["title"] == f"{naughty} · ImageHub"
    assert page.metas["og:title"] == naughty
    assert page.all("img", decoding="async")[0]["alt"] == naughty
    data = json.loads(page.texts["script"])
    assert (data["name"], data["image"][0]["caption"]) == (naughty, naughty)


@pytest.mark.parametrize(
    "wrong", ["nobody", "0", "-1", "1%20OR%201=1", "__proto__", "%2e%2e", "..%2f..%2fetc", "a" * 64, "a" * 65, "\u0661"]
)
def test_what_is_not_there_is_not_found(wrong: str, client: Client, boat: Publication) -> None:
    answer = client.get(f"/publications/{wrong}/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def without_names(answer: Any, path: str) -> str:
    """Return what an answer says when neither its own name nor what was asked for is looked at."""
    text = answer.content.decode().replace(answer.headers["X-Request-ID"], "").replace(path, "")
    return re.sub(r"csrfmiddlewaretoken\" value=\"\w*\"|X-CSRFToken\": \"\w*\"", "", text)


class TestHidden:
    @pytest.fixture(autouse=True)
    def _hide(self, boat: Publication, staff: User) -> None:
        moderation.hide(boat.public_id, "The photos are <b>somebody else's</b>.", by=staff)

    @pytest.mark.parametrize("who", [None, "bea"])
    def test_others_can_not_tell_it_from_one_that_never_was(
        self, who: str | None, boat: Publication, bea: User, visit: Callable[..., Client]
    ) -> None:
        client = visit(bea if who else None)
        invented = f"/publications/{'x' * 22}/"

        hidden, never = client.get(address(boat)), client.get(invented)

        assert (hidden.status_code, never.status_code) == (404, 404)
        assert without_names(hidden, address(boat)) == without_names(never, invented)

    @pytest.mark.parametrize("who", ["ada", "staff"])
    def test_its_owner_and_staff_see_it_and_why(
        self, who: str, boat: Publication, ada: User, staff: User, visit: Callable[..., Client]
    ) -> None:
        client = visit({"ada": ada, "staff": staff}[who])

        text = client.get(address(boat)).content.decode()

        assert "This publication is hidden." in text
        assert "The photos are &lt;b&gt;somebody else&#x27;s&lt;/b&gt;." in text

    def test_its_photos_have_signed_addresses_and_nothing_is_said_to_others(
        self, boat: Publication, ada: User, visit: Callable[..., Client]
    ) -> None:
        client = visit(ada)

        page = read(client, boat)

        addresses = [str(found["src"]) for found in page.all("img", decoding="async")]
        assert all("sig=" in source for source in addresses)
        assert client.get(addresses[0].removeprefix(HERE)).status_code == 200
        assert page.metas["robots"] == "noindex"
        assert not {name for name in page.metas if name.startswith(("og:", "twitter:"))}
        assert page.all("script", **DATA) == page.all("link", rel="canonical") == []


@pytest.mark.parametrize(("who", "may"), [(None, False), ("bea", False), ("ada", True), ("staff", True)])
def test_the_way_to_the_editor_is_for_whoever_may_use_it(
    who: str | None, may: bool, boat: Publication, ada: User, bea: User, staff: User, visit: Callable[..., Client]
) -> None:
    client = visit({None: None, "ada": ada, "bea": bea, "staff": staff}[who])

    page = read(client, boat)

    assert bool(page.all("a", href=f"{address(boat)}edit/")) is may


@pytest.mark.parametrize(("who", "most"), [(None, 2), ("ada", 4)])
def test_the_page_takes_few_queries_however_many_photos(
    who: str | None, most: int, boat: Publication, ada: User, visit: Callable[..., Client], photo_in: Hang
) -> None:
    photo_in(boat)
    client = visit(ada if who else None)

    with CaptureQueriesContext(connection) as queries:
        client.get(address(boat))

    assert len(queries) == most


def test_nobody_is_shown_what_a_cache_kept_for_another(client: Client, boat: Publication) -> None:
    answer = client.get(address(boat))

    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


def test_nothing_on_the_page_needs_inline_script_or_style(client: Client, boat: Publication) -> None:
    page = read(client, boat)

    assert [found for _, found in page.elements if "style" in found] == []
    assert page.all("style") == []
    assert [script for script in page.all("script") if not script.get("src")] == [DATA]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_page_is_only_read(method: str, client: Client, boat: Publication, trace: Callable[[], object]) -> None:
    before = trace()

    assert client.generic(method, address(boat)).status_code == 405
    assert trace() == before


def test_it_may_be_asked_for_by_its_head_alone(client: Client, boat: Publication) -> None:
    answer = client.head(address(boat))

    assert (answer.status_code, answer.content) == (200, b"")
