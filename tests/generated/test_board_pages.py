"""What the pages of boards refuse, without script as with it."""

import time

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from generated.limits import LINKS
from generated.models import Board, Pin, ShareLink
from generated.services import boards
from tests.generated.conftest import Give, trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(ada: User) -> Board:
    return boards.create("Foxes", owner=ada, by=ada)


def press(visitor: Client, board: Board, **fields: str) -> int:
    return visitor.post(f"/generated/boards/{board.public_id}/", fields).status_code


@pytest.mark.parametrize("action", ["earlier", "later", "remove"])
def test_what_does_not_hang_there_is_not_said_to_be_moved(
    ada: User, visitor: Client, board: Board, image_of: Give, action: str
) -> None:
    elsewhere = image_of(ada).public_id
    before = trace()

    assert [press(visitor, board, action=action, image=image) for image in (elsewhere, "nothing")] == [404, 404]
    assert trace() == before


def test_what_the_page_refuses_leaves_no_trace(ada: User, visitor: Client, board: Board, image_of: Give) -> None:
    image_of(ada)
    before = trace()

    for fields in (
        {"action": "burn"},
        {},
        {"action": "rename", "name": " "},
        {"action": "rename", "name": "x" * 101},
        {"action": "add"},
        {"action": "remove"},
        {"action": "share", "days": "2", "policy": "drop"},
        {"action": "share", "days": "1", "policy": "drop", "password": "short"},
    ):
        assert press(visitor, board, **fields) == 400, fields
    assert visitor.post("/generated/boards/", {"name": ""}).status_code == 400
    assert trace() == before
    assert (Board.objects.get().name, Pin.objects.count(), ShareLink.objects.count()) == ("Foxes", 0, 0)


def test_to_others_the_page_of_a_board_is_not_there(bea: User, board: Board, image_of: Give) -> None:
    hers = image_of(bea).public_id
    stranger = Client()
    stranger.force_login(bea)
    before = trace()

    for fields in (
        {"action": "rename", "name": "Mine"},
        {"action": "delete"},
        {"action": "add", "images": hers},
        {"action": "share", "days": "1", "policy": "drop"},
    ):
        assert press(stranger, board, **fields) == 404, fields
    assert stranger.get(f"/generated/boards/{board.public_id}/").status_code == 404
    assert trace() == before
    assert (Board.objects.get().name, Pin.objects.count(), ShareLink.objects.count()) == ("Foxes", 0, 0)


def test_links_are_made_as_often_by_the_page_as_by_the_api(
    ada: User, visitor: Client, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # requests are counted by the minute, which may end meanwhile
    client = APIClient()
    client.force_authenticate(ada)
    path = f"/api/v1/boards/{board.public_id}/links"
    assert {client.get(path).status_code for _ in range(LINKS.requests - 1)} == {200}
    terms = {"action": "share", "days": "1", "policy": "drop"}

    assert [press(visitor, board, **terms) for _ in range(2)] == [200, 429]
    assert ShareLink.objects.count() == 1
