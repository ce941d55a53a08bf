import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from imagehub.images.handing import Hands

SOON = 0.01
LONG = 20.0


def hands(*things: str) -> Hands[str]:
    """Return what nobody has taken yet."""
    found = Hands[str]()
    for thing in things:
        found.add(thing)
    return found


def waiting(few: Hands[str], threads: ThreadPoolExecutor, owner: str) -> Future[str]:
    """Return what a thread will have taken that waits already."""
    before = few.free
    taken = threads.submit(few.take, owner, LONG)
    while few.free == before:
        time.sleep(0.001)
    return taken


def test_what_was_given_back_last_is_taken_first() -> None:
    few = hands("one", "two")
    assert [few.take("ada", 0), few.take("ada", 0)] == ["two", "one"]
    few.give_back("two", "ada")
    few.give_back("one", "ada")
    assert (few.take("bea", 0), few.free) == ("one", 1)


def test_whoever_waits_too_long_is_told_and_keeps_nothing() -> None:
    few = hands("one")
    few.take("ada", 0)
    with pytest.raises(TimeoutError):
        few.take("bea", SOON)
    few.give_back("one", "ada")
    assert few.take("cy", 0) == "one"


def test_whoever_has_none_is_served_before_those_who_have_some() -> None:
    few = hands("one", "two")
    few.take("ada", 0)
    few.take("ada", 0)
    with ThreadPoolExecutor(4) as threads:
        first, second, others, another = [waiting(few, threads, owner) for owner in ("ada", "ada", "bea", "cy")]
        assert few.free == -4
        few.give_back("one", "ada")
        assert (others.result(LONG), few.free) == ("one", -3)
        few.give_back("one", "bea")
        assert (another.result(LONG), few.free) == ("one", -2)
        few.give_back("two", "ada")
        assert (first.result(LONG), few.free) == ("two", -1)
        few.give_back("two", "ada")
        assert (second.result(LONG), few.free) == ("two", 0)


def test_of_those_who_have_as_many_whoever_came_first_is_served_first() -> None:
    few = hands("one")
    few.take("ada", 0)
    with ThreadPoolExecutor(2) as threads:
        first, second = waiting(few, threads, "ada"), waiting(few, threads, "bea")
        few.give_back("one", "ada")
        assert (first.result(LONG), second.done()) == ("one", False)
        few.give_back("one", "ada")
        assert second.result(LONG) == "one"


def test_all_that_are_free_can_be_taken_away_and_brought_back() -> None:
    few = hands("one", "two", "three")
    few.take("ada", 0)
    assert (few.exhaust(), few.free) == (["one", "two"], 0)
    few.give_back("three", "ada")
    few.add("four")
    assert (few.exhaust(), few.exhaust()) == (["three", "four"], [])
