import pytest

from imagehub.images.pipeline.editing import turning
from imagehub.images.pipeline.editing.grammar import read
from imagehub.images.pipeline.editing.plan import planned
from tests.images.pipeline.editing.drawing_board import Item

PHOTO = (4000, 3000)
CROP: Item = {"op": "crop", "x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8}
TURN: Item = {"op": "rotate", "degrees": 7}
SMALL: Item = {"op": "resize", "width": 1200}
LIGHT: list[Item] = [{"op": "exposure", "stops": 1}, {"op": "saturation", "value": 2}]


def row(recipe: list[Item], **wishes: int) -> list[tuple[str, tuple[int, int]]]:
    """Tell what is done in turn, and how large the picture is afterwards."""
    plan = planned(read(recipe), PHOTO, **wishes)
    done = [("+".join(step.operation for step in action.steps), action.size) for action in plan.actions]
    return [("head", plan.first), *done]


ROWS: list[tuple[list[Item], list[tuple[str, tuple[int, int]]]]] = [
    ([], [("head", PHOTO)]),
    ([{"op": "orient"}, CROP, {"op": "rotate", "degrees": 90}, SMALL], [("head", (1200, 1600))]),
    ([CROP, TURN, SMALL], [("head", (1107, 830)), ("rotate", (1200, 959)), ("resize", (1200, 959))]),
    ([*LIGHT, SMALL], [("head", (1200, 900)), ("exposure+saturation", (1200, 900)), ("resize", (1200, 900))]),
    ([TURN, CROP], [("head", PHOTO), ("rotate+crop", (3469, 2772))]),
    (
        [{"op": "auto"}, *LIGHT, {"op": "auto"}],
        [("head", PHOTO), ("auto", PHOTO), ("exposure+saturation", PHOTO), ("auto", PHOTO)],
    ),
    ([SMALL, {"op": "resize", "width": 2400, "fit": "fill"}], [("head", (1200, 900)), ("resize", (2400, 1800))]),
    ([{"op": "border", "width": 0.1}], [("head", PHOTO), ("border", (4600, 3600))]),
]


@pytest.mark.parametrize(("recipe", "expected"), ROWS)
def test_a_plan_makes_nothing_larger_than_needed(
    recipe: list[Item], expected: list[tuple[str, tuple[int, int]]]
) -> None:
    assert row(recipe) == expected


def test_a_preview_makes_everything_in_small() -> None:
    assert row([TURN, {"op": "border", "width": 0.1}], width=400) == [
        ("head", (318, 239)),
        ("rotate", (345, 276)),
        ("border", (400, 331)),
    ]
    assert row([SMALL], width=4000) == [("head", (1200, 900))]


def test_an_original_that_lies_on_its_side_is_cut_as_it_is_stored() -> None:
    plan = planned(read([{"op": "orient"}, {**CROP, "x": 0, "width": 0.5}]), PHOTO, orientation=6)
    assert plan.head.box == (400, 1500, 3600, 3000)
    assert (plan.first, plan.head.stored) == ((1500, 3200), (3200, 1500))
    assert plan.head.turn == turning.QUARTER


def test_an_original_is_turned_once() -> None:
    plan = planned(read([{"op": "auto"}, {"op": "orient"}, {"op": "orient"}]), PHOTO, orientation=6)
    assert [(action.turn, action.size) for action in plan.actions[1:]] == [
        (turning.QUARTER, (3000, 4000)),
        (turning.UPRIGHT, (3000, 4000)),
    ]
