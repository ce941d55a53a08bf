"""Boards: chosen images of one library in an order, private, bounded, and true to what becomes of the images."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import User
from generated import services
from generated.models import Board, Generated, Pin, ShareLink, Status
from generated.services import boards, sharing
from imagehub.events.models import Event
from imagehub.lib.errors import Conflict
from tests.crowds import at_once
from tests.generated.conftest import Give, trace

Api = Callable[..., APIClient]
BOARDS = "/api/v1/boards"

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(ada: User) -> Board:
    return boards.create("Foxes", owner=ada, by=ada)


def hang(board: Board, *images: Generated) -> Board:
    return boards.pin(board.public_id, [image.public_id for image in images], by=board.owner)


def shown(client: APIClient, board: Board) -> list[str]:
    return [image["prompt"] for image in client.get(f"{BOARDS}/{board.public_id}").json()["images"]]


def everything() -> object:
    counts = [model.objects.count() for model in (Board, Pin, ShareLink)]
    return trace(), counts, list(Pin.objects.order_by("id").values_list("generated_id", "position"))


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="board.").order_by("id").values_list("kind", flat=True))


def test_a_board_is_made_filled_ordered_and_emptied(ada: User, api: Api, image_of: Give) -> None:
    client = api(ada)
    a, b, c = (image_of(ada, name) for name in ("a", "b", "c"))

    made = client.post(BOARDS, {"name": "  Red \n foxes "}, format="json")
    assert made.status_code == 201
    assert made.json()["name"] == "Red foxes"
    assert made.json()["cover_url"] is None
    path = f"{BOARDS}/{made.json()['id']}"
    assert made.headers["Location"].endswith(path)

    added = client.post(f"{path}/items", {"images": [a.public_id, b.public_id, c.public_id]}, format="json")
    assert (added.status_code, added.json()["count"]) == (200, 3)
    order = [c.public_id, a.public_id, b.public_id]
    ordered = client.put(f"{path}/items", {"images": order}, format="json")
    assert [image["image_id"] for image in ordered.json()["images"]] == order
    assert client.delete(f"{path}/items/{a.public_id}").status_code == 204
    assert [image["image_id"] for image in client.get(path).json()["images"]] == [c.public_id, b.public_id]

    listed = client.get(BOARDS).json()["boards"]
    assert [(one["name"], one["count"]) for one in listed] == [("Red foxes", 2)]
    assert c.image.public_id in listed[0]["cover_url"]
    assert client.patch(path, {"name": "Foxes"}, format="json").json()["name"] == "Foxes"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert Generated.objects.count() == 3
    assert kinds() == ["board.created", *["board.changed"] * 4, "board.deleted"]


def test_hanging_the_same_again_changes_nothing(ada: User, board: Board, image_of: Give) -> None:
    image = image_of(ada)
    hang(board, image)
    before = everything()

    hang(board, image, image)
    boards.rename(board.public_id, "Foxes", by=ada)
    boards.arrange(board.public_id, [image.public_id], by=ada)

    assert everything() == before


def test_a_board_with_a_key_is_made_once(ada: User, api: Api) -> None:
    answers = [
        api(ada).post(BOARDS, {"name": "Foxes"}, format="json", headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Board.objects.count() == 1


REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("post", "", {"name": ""}, 400),
    ("post", "", {"name": "x" * 101}, 400),
    ("post", "", {}, 400),
    ("patch", "/{board}", {"name": " \u202e "}, 400),
    ("post", "/{board}/items", {"images": "nothing"}, 400),
    ("post", "/{board}/items", {"images": ["x"] * 201}, 400),
    ("post", "/{board}/items", {"images": ["{mine}", "nowhere"]}, 404),
    ("post", "/{board}/items", {"images": ["{hers}"]}, 404),
    ("put", "/{board}/items", {"images": []}, 400),
    ("put", "/{board}/items", {"images": ["{hung}", "{hung}"]}, 400),
    ("put", "/{board}/items", {"images": ["{mine}"]}, 400),
    ("delete", "/{board}/items/{mine}", {}, 404),
    ("post", "/nowhere/items", {"images": ["{mine}"]}, 404),
    ("post", "/{board}/links", {"expires_at": "2020-01-01T00:00:00Z"}, 400),
    ("post", "/{board}/links", {"expires_at": "2999-01-01T00:00:00Z"}, 400),
    ("post", "/{board}/links", {"password": "short"}, 400),
    ("post", "/{board}/links", {"policy": "give"}, 400),
    ("delete", "/{board}/links/nowhere", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED)
def test_what_is_refused_leaves_no_trace(
    method: str, path: str, body: dict[str, Any], status: int, ada: User, bea: User, api: Api, image_of: Give
) -> None:
    own = boards.create("Foxes", owner=ada, by=ada)
    ids = {"mine": image_of(ada, "mine").public_id, "hers": image_of(bea, "hers").public_id, "board": own.public_id}
    hung = image_of(ada, "hung")
    hang(own, hung)
    ids["hung"] = hung.public_id
    filled = {
        name: [each.format(**ids) for each in value] if isinstance(value, list) else value
        for name, value in body.items()
    }
    before = everything()

    answer = getattr(api(ada), method)(f"{BOARDS}{path.format(**ids)}", filled, format="json")

    assert answer.status_code == status
    assert everything() == before


def test_to_others_a_board_is_not_there(bea: User, board: Board, api: Api, image_of: Give) -> None:
    hers = image_of(bea).public_id
    path, client = f"{BOARDS}/{board.public_id}", api(bea)
    before = everything()

    answers = [
        client.get(path),
        client.patch(path, {"name": "Mine"}, format="json"),
        client.delete(path),
        client.post(f"{path}/items", {"images": [hers]}, format="json"),
        client.put(f"{path}/items", {"images": []}, format="json"),
        client.get(f"{path}/links"),
        client.post(f"{path}/links", {}, format="json"),
        client.get(f"{BOARDS}?user_id={board.owner.public_id}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert answers[0].json() == client.get(f"{BOARDS}/nowhere").json()
    assert client.get(BOARDS).json() == {"boards": []}
    assert api().get(BOARDS).status_code == 401
    assert everything() == before


def test_an_image_in_the_recycle_bin_is_not_shown_and_comes_back_to_its_place(
    ada: User, board: Board, api: Api, image_of: Give
) -> None:
    a, b, c = (image_of(ada, name) for name in ("a", "b", "c"))
    hang(board, a, b, c)

    services.change_status(b.public_id, Status.DELETED, by=ada)
    assert shown(api(ada), board) == ["a", "c"]
    assert api(ada).get(BOARDS).json()["boards"][0]["count"] == 2
    services.change_status(b.public_id, Status.GENERATED, by=ada)
    assert shown(api(ada), board) == ["a", "b", "c"]

    services.delete(b.public_id, by=ada)
    assert shown(api(ada), board) == ["a", "c"]
    assert Pin.objects.count() == 2


def test_what_is_in_the_recycle_bin_stays_out_of_the_order(ada: User, board: Board, image_of: Give, api: Api) -> None:
    a, b, c = (image_of(ada, name) for name in ("a", "b", "c"))
    hang(board, a, b, c)
    services.change_status(a.public_id, Status.DELETED, by=ada)

    boards.arrange(board.public_id, [c.public_id, b.public_id], by=ada)
    services.change_status(a.public_id, Status.GENERATED, by=ada)

    assert shown(api(ada), board) == ["c", "b", "a"]


def test_there_is_room_for_so_many(
    ada: User, board: Board, image_of: Give, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "MOST_PINS", 2)
    monkeypatch.setattr(boards, "MOST_BOARDS", 1)
    monkeypatch.setattr(sharing, "MOST_LINKS", 1)
    a, b, c = (image_of(ada, name) for name in ("a", "b", "c"))
    path = f"{BOARDS}/{board.public_id}"
    hang(board, a, b)
    sharing.share(board.public_id, sharing.Terms(), by=ada)
    before = everything()

    answers = [
        api(ada).post(f"{path}/items", {"images": [c.public_id]}, format="json"),
        api(ada).post(BOARDS, {"name": "Second"}, format="json"),
        api(ada).post(f"{path}/links", {}, format="json"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "CONFLICT")] * 3
    assert [answer.json()["details"] for answer in answers] == [{"limit": 2}, {"limit": 1}, {"limit": 1}]
    assert everything() == before


def test_a_list_of_boards_costs_the_same_however_many_there_are(
    ada: User, image_of: Give, api: Api, django_assert_max_num_queries: Any
) -> None:
    image = image_of(ada)
    for number in range(12):
        hang(boards.create(f"Board {number}", owner=ada, by=ada), image)
    client = api(ada)
    client.get(BOARDS)

    with django_assert_max_num_queries(5):
        answer = client.get(BOARDS)

    assert len(answer.json()["boards"]) == 12


def test_erasing_an_account_takes_its_boards_and_links_along(
    ada: User, bea: User, board: Board, image_of: Give
) -> None:
    hang(board, image_of(ada))
    sharing.share(board.public_id, sharing.Terms(), by=ada)
    hers = boards.create("Hers", owner=bea, by=bea)

    accounts.erase_account(ada, by=ada)

    assert list(Board.objects.all()) == [hers]
    assert (Pin.objects.count(), ShareLink.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_hang_more_than_there_is_room_for(
    ada: User, image_of: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "MOST_PINS", 5)
    own = boards.create("Foxes", owner=ada, by=ada)
    images = [image_of(ada, f"fox {number}") for number in range(8)]

    def add(image: Generated) -> bool:
        try:
            hang(own, image)
        except Conflict:
            return False
        return True

    done = at_once([lambda image=image: add(image) for image in [*images, *images]])  # type: ignore[misc]  # mypy infers no lambda with a default

    assert own.pins.count() == 5
    assert len(set(own.pins.values_list("position", flat=True))) == 5
    assert True in done
