"""One thing moves among others, and the others keep their order."""

import pytest

from imagehub.lib.orders import moved


@pytest.mark.parametrize(
    ("one", "step", "after"),
    [
        ("b", -1, "bac"),
        ("b", 1, "acb"),
        ("a", -1, "abc"),
        ("c", 1, "abc"),
        ("a", 9, "bca"),
        ("c", -9, "cab"),
        ("x", 1, "abc"),
    ],
)
def test_a_thing_moves_as_far_as_the_order_goes(one: str, step: int, after: str) -> None:
    assert "".join(moved("abc", one, step)) == after
