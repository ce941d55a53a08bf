import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from imagehub.images import queueing, renditions
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.queueing import MOST_LONG, RETRY_AFTER, Queue
from imagehub.lib import signing
from imagehub.lib.errors import Throttled
from imagehub.lib.turns import turn
from tests.crowds import Work, at_once
from tests.images.conftest import Keep

pytestmark = pytest.mark.django_db
ASKED_AT_ONCE = 6  # connections that browsers open to one host


@pytest.fixture
def full(settings: Any) -> Iterator[ExitStack]:
    settings.RENDER_QUEUE = 2
    with ExitStack() as taken:
        for _ in range(2):
            taken.enter_context(queueing.queue.place())
        yield taken


def path_of(image: Image, name: str) -> str:
    return signing.signed(f"/i/{image.public_id}/{name}")


def test_a_place_is_free_again_after_whatever_happened(settings: Any) -> None:
    settings.RENDER_QUEUE = 1
    queue = Queue()
    with pytest.raises(ZeroDivisionError), queue.place():
        raise ZeroDivisionError
    with queue.place(), pytest.raises(Throttled), queue.place():
        pytest.fail("there was a place")
    with queue.place():
        pass


@pytest.mark.parametrize(
    ("places", "held", "others"),
    [
        (13, 6, ["one more"] * 7 + [""]),
        (7, 3, ["one more"] * 4 + [""]),
        (3, 1, ["one more", "one more", ""]),
        (2, 1, ["one more", ""]),
        (1, 1, [""]),
    ],
)
def test_the_pictures_of_one_account_leave_room_for_those_of_others(
    settings: Any, places: int, held: int, others: list[str]
) -> None:
    settings.RENDER_QUEUE = places
    queue = Queue()

    def told(taken: ExitStack, owner: int) -> str:
        try:
            taken.enter_context(queue.place(owner))
        except Throttled:
            return ""
        return "one more"

    for _ in range(2):
        with ExitStack() as taken:
            assert [told(taken, 1) for _ in range(places + 1)].count("one more") == held
            assert [told(taken, owner) for owner in range(2, 2 + len(others))] == others


def test_browsers_that_open_a_page_of_one_account_and_one_of_another_are_refused_nothing() -> None:
    queue = Queue()
    with ExitStack() as taken:
        for owner in (1, 2):
            for _ in range(ASKED_AT_ONCE):
                taken.enter_context(queue.place(owner))
        taken.enter_context(queue.place(3))


def test_the_last_place_is_for_an_account_that_has_none(settings: Any) -> None:
    settings.RENDER_QUEUE = 8
    queue = Queue()
    with ExitStack() as taken:
        for owner in (1, 1, 1, 1, 2, 2, 2):
            taken.enter_context(queue.place(owner))
        with pytest.raises(Throttled), queue.place(2):
            pytest.fail("there was a place")
        taken.enter_context(queue.place(3))


def test_what_takes_long_for_one_account_leaves_its_places_to_what_is_quick() -> None:
    queue = Queue()
    with ExitStack() as taken:
        for _ in range(MOST_LONG):
            taken.enter_context(queue.place(1))
            taken.enter_context(queue.long())
        with queue.place(1), pytest.raises(Throttled), queue.long():
            pytest.fail("there was room")
        with queue.place(2), queue.long():
            pass
        for _ in range(ASKED_AT_ONCE - MOST_LONG):
            taken.enter_context(queue.place(2))
    with queue.place(1), queue.long():
        pass


def test_workers_may_wait_for_what_takes_long() -> None:
    queue = Queue()
    with ExitStack() as taken:
        for _ in range(MOST_LONG + 1):
            taken.enter_context(queue.long())


def test_a_full_queue_says_when_to_come_back_and_leaves_nothing(
    client: Client, ada: User, keep: Keep, full: ExitStack
) -> None:
    image = keep(ada)
    answer = client.get(path_of(image, "thumb.webp"))
    assert (answer.status_code, answer.json()["code"]) == (429, "THROTTLED")
    assert answer.headers["Retry-After"] == str(RETRY_AFTER)
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    assert not Rendition.objects.exists()

    full.close()
    assert client.get(path_of(image, "thumb.webp")).status_code == 200


def test_a_full_queue_is_nothing_to_those_who_want_what_is_there(
    client: Client, ada: User, keep: Keep, settings: Any
) -> None:
    image = keep(ada)
    client.get(path_of(image, "thumb.webp"))
    settings.RENDER_QUEUE = 1
    with queueing.queue.place():
        for name in ("thumb.webp", "original.jpg"):
            assert client.get(path_of(image, name)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_looks_at_another_account_s_pictures_gets_all_of_them_while_somebody_s_share_is_full(
    ada: User, bea: User, keep: Keep, photo: Callable[..., bytes]
) -> None:
    """As when somebody asks for large edits without end: what is small and another's waits for none of them."""
    page = [path_of(keep(bea, photo(size=(900, 600 + nth))), "thumb.webp") for nth in range(ASKED_AT_ONCE)]
    refused, start = path_of(keep(ada), "thumb.webp"), threading.Barrier(ASKED_AT_ONCE)

    def view(path: str) -> Work:
        def looked() -> int:
            start.wait(10)
            return Client().get(path).status_code

        return looked

    with ExitStack() as taken:
        with suppress(Throttled):
            while True:
                taken.enter_context(queueing.queue.place(ada.pk))
        assert at_once(map(view, page)) == [200] * ASKED_AT_ONCE
        assert Client().get(refused).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_many_who_wait_for_the_same_picture_take_one_place(
    ada: User, keep: Keep, settings: Any, photo: Callable[..., bytes]
) -> None:
    settings.RENDER_QUEUE = 1
    path, start = path_of(keep(ada, photo(size=(900, 600))), "w640.webp"), threading.Barrier(8)

    def view(_: int) -> int:
        start.wait(10)
        try:
            return Client().get(path).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(view, range(8))) == {200}
    assert Rendition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "moment"), [("auto", 20.0), ("w1280;dpr:3;q:best", 20.0), ("w640", 0.0)], ids=["recipe", "large", "slow"]
)
def test_whoever_waits_for_what_may_take_or_takes_long_takes_a_place(
    ada: User,
    keep: Keep,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    photo: Callable[..., bytes],
    name: str,
    moment: float,
) -> None:
    monkeypatch.setattr(renditions, "MOMENT", moment)
    settings.RENDER_QUEUE = 1
    image = keep(ada, photo(size=(2800, 2000)))
    path = path_of(image, f"{name}.webp")

    def view() -> int:
        try:
            return Client().get(path).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with turn(f"rendition/{image.pk}/{renditions.file_name_of(name, Format.WEBP)}"):
            views = [pool.submit(view) for _ in range(2)]
            answered = wait(views, timeout=20, return_when=FIRST_COMPLETED).done
            assert [one.result() for one in answered] == [429]
        assert sorted(one.result() for one in views) == [200, 429]
