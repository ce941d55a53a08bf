"""What an address says as a number is one, or nothing."""

import pytest

from imagehub.lib.numbers import LARGEST_KEY, number_of


@pytest.mark.parametrize(
    ("text", "most", "number"),
    [
        ("0", 9, 0),
        ("007", 999, 7),
        ("999", 999, 999),
        ("1000", 999, None),
        ("9999", 1000, None),
        (str(LARGEST_KEY), LARGEST_KEY, LARGEST_KEY),
        (str(LARGEST_KEY + 1), LARGEST_KEY, None),
        ("9" * 5000, LARGEST_KEY, None),
        *((text, LARGEST_KEY, None) for text in (None, "", "-1", "1.5", "one", "٣", " 1")),
    ],
)
def test_a_number_is_read_as_far_as_it_goes(text: str | None, most: int, number: int | None) -> None:
    assert number_of(text, most) == number
