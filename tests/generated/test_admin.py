"""Generated images and boards in the admin: to look at, and to remove as their owners would."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from generated import services
from generated.models import Board, Generated, ShareLink, Status
from generated.services import boards, sharing
from tests.generated.conftest import Give, png, trace

IMAGES = "/admin/generated/generated/"
BOARDS = "/admin/generated/board/"
COLOURS = ("red", "green", "blue", "navy", "teal", "plum", "coral")


@pytest.fixture
def admin(db: None) -> Client:
    root = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    client = Client()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def put_up(image_of: Give) -> Callable[..., Board]:
    """Make a board with images of these colours: `put_up(ada, "Foxes", "red")`."""

    def make(owner: User, name: str, *colours: str) -> Board:
        board = boards.create(name, owner=owner, by=owner)
        for colour in colours:
            boards.pin(board.public_id, [image_of(owner, colour, png(colour)).public_id], by=owner)
        return board

    return make


def share(board: Board, recipient: str, password: str = "") -> ShareLink:
    end = timezone.now() + timedelta(days=1)
    return sharing.share(board.public_id, sharing.Terms(recipient, end, password), by=board.owner)[0]


def thumbnail(generated: Generated) -> str:
    return f"/i/{generated.image.public_id}/thumb."


def test_images_are_listed_with_their_status_in_words(ada: User, admin: Client, image_of: Give) -> None:
    mine = image_of(ada, "a red fox")
    services.change_status(mine.public_id, Status.PRINTED, by=ada)

    text = admin.get(IMAGES).content.decode()

    assert thumbnail(mine) in text
    assert '<td class="field-status">Printed</td>' in text


def test_an_image_is_removed_as_its_owner_would(ada: User, admin: Client, image_of: Give) -> None:
    mine = image_of(ada, "a red fox")

    admin.post(f"{IMAGES}{mine.pk}/delete/", {"post": "yes"})

    assert not Generated.objects.exists()


def test_boards_are_listed_with_their_first_images(ada: User, admin: Client, put_up: Callable[..., Board]) -> None:
    board = put_up(ada, "Foxes", *COLOURS)
    binned, *shown = [pin.generated for pin in board.pins.in_order()]
    services.change_status(binned.public_id, Status.DELETED, by=ada)
    share(board, "Bea")
    sharing.revoke(board.public_id, share(board, "Cy").public_id, by=ada)

    text = admin.get(BOARDS).content.decode()

    assert [thumbnail(one) in text for one in (binned, *shown)] == [False] + [True] * 6
    assert '<td class="field-images">6</td><td class="field-open_links">1</td>' in text


def test_the_list_takes_as_many_questions_for_many_as_for_one(
    ada: User, bea: User, admin: Client, put_up: Callable[..., Board], django_assert_num_queries: Callable[..., Any]
) -> None:
    share(put_up(ada, "Foxes", "red"), "Bea")
    with django_assert_num_queries(7):
        admin.get(BOARDS)
    for owner in (ada, bea):
        share(put_up(owner, "Cats", "blue", "teal"), "Cy")
    with django_assert_num_queries(7):
        admin.get(BOARDS)


def test_a_board_is_shown_with_its_links_and_no_way_to_change_them(
    ada: User, admin: Client, put_up: Callable[..., Board]
) -> None:
    board = put_up(ada, "Foxes", "red")
    link = share(board, "Bea", password="open sesame please")
    before = trace()

    text = admin.get(f"{BOARDS}{board.pk}/change/").content.decode()

    assert thumbnail(board.pins.get().generated) in text
    assert "Bea" in text
    assert link.digest not in text
    assert link.password not in text
    assert admin.post(f"{BOARDS}{board.pk}/change/", {"name": "Cats"}).status_code == 403
    assert admin.get(f"{BOARDS}add/").status_code == 403
    board.refresh_from_db()
    assert (board.name, trace()) == ("Foxes", before)


def test_a_board_is_removed_as_its_owner_would(ada: User, admin: Client, put_up: Callable[..., Board]) -> None:
    board = put_up(ada, "Foxes", "red")

    admin.post(f"{BOARDS}{board.pk}/delete/", {"post": "yes"})

    assert not Board.objects.exists()
    assert Generated.objects.count() == 1
