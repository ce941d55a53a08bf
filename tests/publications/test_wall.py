"""The newest public photos behind the sign-in page."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from publications import wall
from publications.models import Photo, Publication
from publications.services import moderation

PAGES = ["/accounts/login/", "/accounts/signup/"]
Hang = Callable[..., Photo]


@pytest.fixture
def hung(ada: User, bea: User, publication_of: Callable[..., Publication], photo_in: Hang) -> list[Photo]:
    """Hang as many public photos as a wall needs, in publications of four."""
    boats = [publication_of(owner) for owner in (ada, bea, ada)]
    return [photo_in(boats[number // 4]) for number in range(wall.FEWEST + 4)]


@pytest.mark.parametrize("page", PAGES)
def test_the_newest_photos_hang_behind_the_door(page: str, client: Client, hung: list[Photo]) -> None:
    text = client.get(page).content.decode()

    assert text.count("/w320.auto") == wall.TILES
    assert all(photo.image.public_id in text for photo in hung)
    assert text.index(hung[-1].image.public_id) < text.index(hung[0].image.public_id)


@pytest.mark.parametrize("page", PAGES)
def test_with_too_few_photos_the_drawn_pattern_stays(
    page: str, client: Client, ada: User, publication_of: Callable[..., Publication], photo_in: Hang
) -> None:
    photo_in(publication_of(ada))

    assert 'class="wall"' not in client.get(page).content.decode()


def test_nothing_hidden_hangs_there(client: Client, hung: list[Photo], staff: User) -> None:
    moderation.hide(hung[-1].publication.public_id, "Stolen", by=staff)

    text = client.get(PAGES[0]).content.decode()

    assert all(photo.image.public_id not in text for photo in hung[-4:])
    assert all(photo.image.public_id in text for photo in hung[:-4])


def test_only_the_newest_are_looked_through_however_many_are_hidden(
    hung: list[Photo], staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "LOOKED_AT", wall.FEWEST + 3)
    assert len(set(wall.addresses())) == wall.FEWEST + 3

    moderation.hide(hung[-1].publication.public_id, "Stolen", by=staff)
    assert wall.addresses() == []


def test_the_wall_takes_two_queries(hung: list[Photo]) -> None:
    with CaptureQueriesContext(connection) as queries:
        wall.addresses()

    assert len(queries) == 2
