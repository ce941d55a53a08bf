"""A caller has so much under way at once and no more, whatever becomes of it."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from pytest_django import Settings

from imagehub.api.occupancy import RETRY_AFTER, Room, occupy
from imagehub.lib.errors import Throttled

ROOM = Room("answers", 2, 60, "Two at once.")


def pieces() -> Iterator[bytes]:
    yield b"one"
    yield b"two"


def broken() -> Iterator[bytes]:
    yield b"one"
    raise OSError("gone")


def is_full(caller: str = "user:ada") -> bool:
    """Tell whether nothing more may begin, and leave it as it was."""
    try:
        occupy(caller, ROOM, pieces()).close()  # type: ignore[attr-defined]  # what is sent is closed by who sends it
    except Throttled:
        return True
    return False


def test_the_one_too_many_is_refused_until_another_is_sent() -> None:
    first, second = occupy("user:ada", ROOM, pieces()), occupy("user:ada", ROOM, pieces())

    with pytest.raises(Throttled) as refusal:
        occupy("user:ada", ROOM, pieces())
    assert (str(refusal.value.message), refusal.value.retry_after) == ("Two at once.", RETRY_AFTER)
    assert not is_full("user:bea")

    assert list(second) == [b"one", b"two"]
    assert not is_full()
    assert list(first) == [b"one", b"two"]


def given_up(answer: Iterable[bytes]) -> None:
    next(iter(answer))
    answer.close()  # type: ignore[attr-defined]  # as the server does


def never_begun(answer: Iterable[bytes]) -> None:
    answer.close()  # type: ignore[attr-defined]  # likewise


def failed(answer: Iterable[bytes]) -> None:
    with pytest.raises(OSError, match="gone"):
        list(answer)


@pytest.mark.parametrize("end", [given_up, never_begun, failed])
def test_an_answer_that_comes_to_no_end_gives_its_place_back(end: object) -> None:
    occupy("user:ada", ROOM, pieces())
    answer = occupy("user:ada", ROOM, broken())
    assert is_full()

    assert callable(end)
    end(answer)

    assert not is_full()


def test_a_forgotten_answer_takes_no_place_from_the_one_after_it() -> None:
    forgotten = occupy("user:ada", ROOM, pieces())
    cache.clear()
    occupy("user:ada", ROOM, pieces())
    occupy("user:ada", ROOM, pieces())

    list(forgotten)

    assert is_full()


def test_of_many_at_once_exactly_as_many_begin_as_there_are_places() -> None:
    def begin(_number: int) -> bool:
        try:
            occupy("user:ada", ROOM, pieces())
        except Throttled:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, range(40))) == ROOM.places


@pytest.mark.usefixtures("lost_cache")
def test_each_process_counts_for_itself_while_the_shared_cache_is_away() -> None:
    answers = [occupy("user:cy", ROOM, pieces()) for _ in range(2)]
    assert is_full("user:cy")
    for answer in answers:
        list(answer)
    assert not is_full("user:cy")


def test_an_instance_that_limits_nothing_limits_this_neither(settings: Settings) -> None:
    settings.THROTTLING = False
    assert [list(occupy("user:ada", ROOM, pieces())) for _ in range(3)] == [[b"one", b"two"]] * 3
