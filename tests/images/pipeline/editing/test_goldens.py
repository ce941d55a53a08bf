import pytest

from imagehub.images.pipeline.editing.operations import OPERATIONS
from tests.images.pipeline.editing.drawing_board import difference
from tests.images.pipeline.editing.goldens import RECIPES, TOLERANCE, drawn, kept


@pytest.mark.parametrize("name", RECIPES)
def test_an_operation_makes_what_was_found_right(name: str) -> None:
    expected, now = kept(name), drawn(name)
    assert (now.mode, now.size) == (expected.mode, expected.size)
    assert difference(now, expected) <= TOLERANCE


def test_every_operation_has_a_picture_that_was_found_right() -> None:
    assert list(RECIPES) == list(OPERATIONS)


def test_no_two_operations_make_the_same_picture() -> None:
    assert len({drawn(name).tobytes() for name in RECIPES}) == len(RECIPES)
