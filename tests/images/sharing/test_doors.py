"""Whatever a link leads to, a board or an album: it leads there as long as it holds, and nobody else learns of it."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils import timezone

from accounts.models import User
from generated import models as generated
from generated import reading, services
from generated.services import boards
from generated.services import sharing as board_links
from imagehub.images.sharing.links import Link
from imagehub.images.sharing.terms import Terms
from imagehub.library import models as library
from imagehub.library.services import albums
from imagehub.library.services import sharing as album_links
from imagehub.library.services.sharing import Wish
from tests.generated.conftest import png
from tests.images.sharing.reading import addresses, text

SECRET = "open sesame please"
TITLE = "Summer"

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Way:
    """A thing that is shared: how, under which address, and what can be asked for behind that."""

    links: type[generated.ShareLink | library.ShareLink]
    make: Callable[[Terms], tuple[Link, str]]
    revoke: Callable[[Any], None]
    address: str
    files: list[str]

    def share(self, **terms: Any) -> str:
        """Make a link and return its address."""
        return self.address.format(self.make(Terms(**terms))[1])

    @property
    def unknown(self) -> str:
        """An address that no link has."""
        return self.address.format("0" * 32)

    def kept(self) -> list[Any]:
        """Return the links, oldest first."""
        return list(self.links.objects.order_by("pk"))


@pytest.fixture(params=["board", "album"])
def way(request: pytest.FixtureRequest, ada: User) -> Way:
    made = services.generate(reading.draft("a fox", png(), {}), owner=ada, by=ada)[0]
    image = made.image.public_id
    if request.param == "board":
        board = boards.create(TITLE, owner=ada, by=ada)
        boards.pin(board.public_id, [made.public_id], by=ada)
        return Way(
            generated.ShareLink,
            lambda terms: board_links.share(board.public_id, terms, by=ada),
            lambda link: board_links.revoke(board.public_id, link.public_id, by=ada),
            "/shared/{}/",
            [f"{image}.png"],
        )
    album = albums.create(TITLE, owner=ada)
    albums.add(album.public_id, [image], by=ada)
    return Way(
        library.ShareLink,
        lambda terms: album_links.share_album(album.public_id, Wish(terms, library.Allowed.DOWNLOAD), by=ada),
        lambda link: album_links.revoke(link.public_id, by=ada),
        "/l/{}",
        [f"/{image}.png", "/pictures.zip"],
    )


def test_neither_caches_nor_others_nor_robots_learn_of_it(client: Client, way: Way) -> None:
    asked = {way.share(): "no-referrer", way.share(password=SECRET): "same-origin", way.unknown: "same-origin"}

    for address, policy in asked.items():
        answer = client.get(address)
        assert answer.headers["Referrer-Policy"] == policy
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert 'name="robots" content="noindex' in text(client, way.share())


def test_unknown_revoked_expired_and_orphaned_links_are_answered_alike(client: Client, ada: User, way: Way) -> None:
    past, back, closed = (way.share() for _ in range(3))
    first, second, _ = way.kept()
    way.links.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    way.revoke(second)
    assert client.get(closed).status_code == 200
    User.objects.filter(pk=ada.pk).update(is_active=False)

    bodies = set()
    for address in (way.unknown, past, back, closed):
        files = [client.get(f"{address}{file}") for file in way.files]
        for answer in (client.get(address), client.post(address, {"password": "x"}), *files):
            assert answer.status_code == 404
            assert answer.headers["Cache-Control"] == "private, no-store"
            plain = re.sub(r" · [\w-]{22}", "", answer.content.decode())
            bodies.add(re.sub(r"/(l|shared)/[\w./]*", "", plain))

    assert len(bodies) == 1
    assert [link.opened_count for link in way.kept()] == [0, 0, 1]


def test_pictures_end_with_the_link_at_the_latest(client: Client, way: Way) -> None:
    soon = timezone.now() + timedelta(minutes=10)
    for address, latest in ((way.share(expires_at=soon), soon.timestamp()), (way.share(), time.time() + 7200)):
        ends = {int(parse_qs(urlsplit(each).query)["exp"][0]) for each in addresses(text(client, address))}
        assert ends
        assert max(ends) <= latest


def test_a_password_is_asked_for_once_a_session(client: Client, way: Way) -> None:
    address, other = way.share(password=SECRET), way.share(password="another password")
    assert check_password(SECRET, way.kept()[0].password)

    closed = text(client, address)
    assert TITLE not in closed
    assert not addresses(closed)
    assert client.post(address, {"password": "wrong"}).status_code == 403
    assert TITLE not in text(client, address)
    assert [client.get(f"{address}{file}").status_code for file in way.files] == [404] * len(way.files)
    right = client.post(address, {"password": SECRET})

    assert (right.status_code, right.headers["Location"]) == (302, address)
    assert TITLE in text(client, address)
    assert [client.head(f"{address}{file}").status_code for file in way.files] == [200] * len(way.files)
    assert TITLE not in text(client, other)
    assert TITLE not in text(Client(), address)
    assert [link.opened_count for link in way.kept()] == [1, 0]


def test_a_password_needs_a_form_of_ours(way: Way) -> None:
    strict = Client(enforce_csrf_checks=True)
    address = way.share(password=SECRET)

    assert strict.post(address, {"password": SECRET}).status_code == 403
    assert TITLE not in text(strict, address)


def test_hundreds_of_guesses_from_everywhere_come_to_nothing(way: Way) -> None:
    address = way.share(password=SECRET)
    places = [f"198.51.{number // 250}.{number % 250}" for number in range(200)]

    statuses = [Client(REMOTE_ADDR=place).post(address, {"password": "wrong"}).status_code for place in places]
    late = Client(REMOTE_ADDR="203.0.113.9").post(address, {"password": SECRET})

    assert statuses == [403] * 10 + [429] * 190
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0
    assert late.headers["Cache-Control"] == "private, no-store"


def test_guessing_is_slow_from_an_address_whatever_the_link(client: Client, way: Way) -> None:
    asked = [way.share(password=SECRET) for _ in range(11)]

    assert [client.post(one, {"password": "wrong"}).status_code for one in asked] == [403] * 10 + [429]


def test_links_that_ended_long_ago_are_forgotten_and_fresh_ones_are_not(way: Way) -> None:
    way.share()
    way.share()
    old, fresh = way.kept()
    way.links.objects.filter(pk=old.pk).update(revoked_at=timezone.now() - timedelta(days=91))

    way.share()

    assert way.kept()[0].pk == fresh.pk
    assert len(way.kept()) == 2
