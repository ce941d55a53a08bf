"""What is wrong with a recipe is said in words."""

import pytest

from imagehub.editor.faults import worded


@pytest.mark.parametrize(
    ("place", "fault", "sentence"),
    [
        ("", "list", "Write a list of operations."),
        ("/0/op", "operation", "/0/op: There is no such operation."),
        ("/2/value", "range 0 2", "/2/value: Write a number from 0 to 2."),
        ("/1/axis", "choice horizontal vertical", "/1/axis: Choose one of: horizontal, vertical."),
        ("", "count 50", "At most 50 operations are possible."),
        ("/0", "something new", "/0: This is not possible."),
    ],
)
def test_a_fault_is_a_sentence_behind_its_place(place: str, fault: str, sentence: str) -> None:
    assert worded({place: fault}) == [sentence]
