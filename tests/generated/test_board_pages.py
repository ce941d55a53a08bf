"""What the pages of boards refuse, without script as with it."""

import time

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from generated.limits import LINKS
from generated.models import Board, ShareLink
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
