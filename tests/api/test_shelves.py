"""Numbers on a shelf are found by their terms, counted exactly, and opened at any page."""

import random
from math import inf

import pytest
from pytest_django import DjangoAssertNumQueries

from imagehub.api import shelves
from imagehub.api.models import Posting

pytestmark = pytest.mark.django_db


def test_what_was_put_is_found() -> None:
    shelves.change("a", 7, gain={"red", "fox"})
    shelves.change("a", 9, gain={"red"})
    shelves.change("b", 8, gain={"red"})

    assert shelves.find("a", ["red"]).newest(0, 10) == [9, 7]
    assert shelves.find("a", ["red"]).oldest(0, 10) == [7, 9]
    assert shelves.find("a", ["red", "fox"]).newest(0, 10) == [7]
    assert shelves.find("a", ["blue"]).total == 0
    assert shelves.find("c", ["red"]).total == 0


def test_what_was_taken_away_leaves_nothing() -> None:
    shelves.change("a", 7, gain={"red", "fox"})
    shelves.change("a", 7, lose={"red"}, gain={"blue"})

    assert shelves.find("a", ["red"]).total == 0
    assert shelves.find("a", ["blue", "fox"]).newest(0, 10) == [7]
    shelves.change("a", 7, lose={"fox", "blue"})
    assert list(Posting.objects.values_list("term", flat=True)) == [shelves.STAMP]


def test_a_term_lost_and_gained_at_once_is_kept() -> None:
    shelves.change("a", 7, gain={"red"})
    shelves.change("a", 7, lose={"red"}, gain={"red"})
    assert shelves.find("a", ["red"]).total == 1


def test_pages_agree_with_a_plain_list() -> None:
    chance = random.Random(3)  # noqa: S311  # numbers, not secrets
    numbers = sorted(chance.sample(range(1, 5 * shelves.SPAN), 300))
    for number in numbers:
        shelves.change("a", number, gain={"all", f"mod{number % 3}"})
    for rest in range(3):
        wanted = [number for number in numbers if number % 3 == rest]
        found = shelves.find("a", ["all", f"mod{rest}"])
        assert found.total == len(wanted)
        for start in range(0, len(wanted) + 20, 7):
            assert found.oldest(start, 7) == wanted[start : start + 7]
            assert found.newest(start, 7) == wanted[::-1][start : start + 7]


def test_terms_are_counted_within_another(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in (7, 9, 3 * shelves.SPAN):
        shelves.change("a", number, gain={"live", "red"})
    shelves.change("a", 11, gain={"live", "blue"})
    shelves.change("a", 12, gain={"red"})
    shelves.change("b", 13, gain={"live", "red"})

    with django_assert_num_queries(1):
        assert shelves.totals("a", ["red", "blue", "green"], within="live") == {"red": 3, "blue": 1, "green": 0}
    assert shelves.totals("a", ["red"], within="gone") == {"red": 0}


EDGE = shelves.SPAN


@pytest.mark.parametrize("low", [0, 1, 2, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE, 4 * EDGE])
@pytest.mark.parametrize("high", [0, 1, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE - 1, 2 * EDGE, 4 * EDGE])
def test_bounds_are_included(low: int, high: int) -> None:
    numbers = [1, 2, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE - 1, 2 * EDGE, 3 * EDGE]
    for number in numbers:
        shelves.change("a", number, gain={"x"})
    found = shelves.find("a", ["x"], lowest=low, highest=high)
    assert found.oldest(0, 100) == [number for number in numbers if low <= number <= high]


@pytest.mark.parametrize(("low", "high"), [(inf, inf), (inf, 5), (5, 4), (0, -1)])
def test_bounds_that_leave_nothing_find_nothing(low: float, high: float) -> None:
    shelves.change("a", 5, gain={"x"})
    assert shelves.find("a", ["x"], lowest=low, highest=high) == shelves.Found()


def test_a_change_costs_the_same_for_one_term_and_for_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    shelves.change("a", 1, gain={f"word{number}" for number in range(150)})
    with django_assert_num_queries(2):
        shelves.change("a", 2, gain={f"word{number}" for number in range(150)})
    with django_assert_num_queries(1):
        assert shelves.find("a", ["word1", "word2", "word3"]).total == 2


@pytest.mark.parametrize("bits", [1, 128, 256, 1 << 4000, 1 << 8191, (1 << 8192) - 1, 1 << 8191 | 1])
def test_bits_are_kept_in_few_bytes(bits: int) -> None:
    kept = shelves.packed(bits)
    assert shelves.unpacked(kept) == bits
    assert len(kept) <= 2 + 1024
    if bits.bit_count() == 1:
        assert len(kept) == 3


def test_a_shelf_is_cleared_alone() -> None:
    shelves.change("a", 1, gain={"x"})
    shelves.change("b", 1, gain={"x"})
    shelves.clear("a")
    assert set(Posting.objects.values_list("shelf", flat=True)) == {"b"}


def test_each_change_of_a_range_is_told_from_any_other() -> None:
    states = []
    for number, term in [(1, "x"), (shelves.SPAN, "x"), (2, "x"), (2, "y")]:
        shelves.change("a", number, gain={term})
        states.append(shelves.stamps("a"))
    first, second, third, fourth = states
    assert (list(first), sorted(fourth)) == ([0], [0, 1])
    assert (second[0], third[1], fourth[1]) == (first[0], second[1], second[1])
    assert len({first[0], third[0], fourth[0]}) == 3
    assert shelves.stamps("b") == {}


@pytest.mark.parametrize("bounds", [{}, {"lowest": 3 * shelves.SPAN, "highest": 5 * shelves.SPAN}])
def test_many_terms_are_asked_for_the_rarer_ones_first(
    bounds: dict[str, float], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    names = [f"n{each}" for each in range(2, 2 + 2 * shelves.AT_ONCE)]
    numbers = range(2 * shelves.SPAN, 6 * shelves.SPAN, 1001)
    for number in numbers:
        shelves.change("a", number, gain={name for name in names if number % int(name[1:])})
    for wanted in (names[: shelves.AT_ONCE], names):
        fits = [each for each in numbers if all(each % int(name[1:]) for name in wanted)]
        lowest, highest = bounds.get("lowest", 0), bounds.get("highest", inf)
        with django_assert_max_num_queries(3):
            found = shelves.find("a", wanted, **bounds)
        assert found.oldest(0, 99) == [each for each in fits if lowest <= each <= highest]
        assert found.total > 0


def test_of_many_terms_those_are_not_read_that_could_leave_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shelves.change("a", 1, gain={f"n{number}" for number in range(2 * shelves.AT_ONCE)})
    with django_assert_num_queries(2):
        assert shelves.find("a", ["nobody", *(f"n{number}" for number in range(shelves.AT_ONCE))]).total == 0


def test_terms_differ_by_case_and_accent() -> None:
    for number, term in enumerate(["fox", "Fox", "föx"], 1):
        shelves.change("a", number, gain={term})
    assert shelves.find("a", ["Fox"]).newest(0, 9) == [2]
    assert shelves.find("a", ["fox"]).newest(0, 9) == [1]


def test_the_next_number_above_and_below_is_found_across_ranges() -> None:
    numbers = [1, 5, shelves.SPAN - 1, shelves.SPAN, 3 * shelves.SPAN + 2]
    for number in numbers:
        shelves.change("a", number, gain={"red"})
    found = shelves.find("a", ["red"])

    assert [found.above(number) for number in [0, *numbers]] == [*numbers, None]
    assert [found.below(number) for number in [*numbers, 10**6]] == [None, *numbers]
    assert (found.above(6), found.below(shelves.SPAN + 1)) == (shelves.SPAN - 1, shelves.SPAN)


def test_terms_that_begin_alike_are_told_with_the_last_number_of_each(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number, term in enumerate(["size:b", "size:a", "size:b", "sizes", "siz", "size9", "size:c"], 1):
        shelves.change("a", number * shelves.SPAN, gain={term})
    shelves.change("b", 99, gain={"size:d"})

    with django_assert_num_queries(2):
        assert shelves.kinds("a", "size:", 9) == {
            "size:a": 2 * shelves.SPAN,
            "size:b": 3 * shelves.SPAN,
            "size:c": 7 * shelves.SPAN,
        }
    assert list(shelves.kinds("a", "size:", 2)) == ["size:a", "size:b"]
    assert shelves.kinds("c", "size:", 9) == {}
