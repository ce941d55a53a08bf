import pytest
from PIL import Image

from tests.images.pipeline.editing.drawing_board import Item, difference, made, pixel, same, smooth

Rgb = tuple[int, int, int]

# By hand from the formulas of the norms: CSS (Filter Effects 1) for the values as stored, IEC 61966-2-1 for light.
SHADES: list[tuple[list[Item], Rgb, Rgb]] = [
    ([{"op": "brightness", "value": 2}], (50, 100, 150), (100, 200, 255)),
    ([{"op": "brightness", "value": 0}], (50, 100, 150), (0, 0, 0)),
    ([{"op": "contrast", "value": 2}], (64, 100, 200), (0, 72, 255)),
    ([{"op": "contrast", "value": 0}], (50, 100, 200), (128, 128, 128)),
    ([{"op": "saturation", "value": 0}], (255, 0, 0), (54, 54, 54)),
    ([{"op": "saturation", "value": 2}], (100, 120, 140), (82, 122, 162)),
    ([{"op": "grayscale"}], (0, 255, 0), (182, 182, 182)),
    ([{"op": "sepia"}], (255, 255, 255), (255, 255, 239)),
    ([{"op": "sepia"}], (100, 0, 0), (39, 35, 27)),
    ([{"op": "exposure", "stops": 1}], (100, 10, 200), (138, 18, 255)),
    ([{"op": "exposure", "stops": -1}], (100, 10, 200), (71, 5, 146)),
    ([{"op": "temperature", "value": 1}], (128, 128, 128), (142, 125, 110)),
    ([{"op": "temperature", "value": -1}], (128, 128, 128), (114, 130, 147)),
]

UNDONE: list[list[Item]] = [
    [
        {"op": "contrast", "value": 4},
        {"op": "exposure", "stops": 1},
        {"op": "exposure", "stops": -1},
        {"op": "contrast", "value": 0.25},
    ],
    [{"op": "brightness", "value": 4}, {"op": "brightness", "value": 0.25}],
    [{"op": "contrast", "value": 4}, {"op": "contrast", "value": 0.25}],
    [{"op": "exposure", "stops": 3}, {"op": "exposure", "stops": -3}],
    [{"op": "brightness", "value": 2}, {"op": "exposure", "stops": 0}, {"op": "brightness", "value": 0.5}],
]


@pytest.mark.parametrize(("recipe", "before", "after"), SHADES)
def test_a_shade_becomes_what_the_norm_says(recipe: list[Item], before: Rgb, after: Rgb) -> None:
    shown = pixel(made(Image.new("RGB", (2, 2), before), *recipe), 1, 1)
    assert all(abs(one - other) <= 1 for one, other in zip(shown, after, strict=True)), shown


@pytest.mark.parametrize("recipe", UNDONE)
def test_what_stands_side_by_side_is_not_clipped_in_between(recipe: list[Item]) -> None:
    picture = smooth((20, 20))
    assert same(made(picture, *recipe), picture)


def test_matrices_side_by_side_are_one() -> None:
    picture = smooth((20, 20))
    both = made(picture, {"op": "saturation", "value": 4}, {"op": "saturation", "value": 0})
    assert difference(both, made(picture, {"op": "grayscale"})) < 1


@pytest.mark.parametrize("step", [{"op": "exposure", "stops": 1}, {"op": "sepia"}, {"op": "auto"}])
def test_transparency_stays_when_colours_change(step: Item) -> None:
    picture = smooth((20, 20), "RGBA")
    assert made(picture, step).getchannel("A").tobytes() == picture.getchannel("A").tobytes()


def test_tones_are_spread_over_the_whole_range() -> None:
    dull = Image.linear_gradient("L").point([64 + tone // 2 for tone in range(256)]).convert("RGB")
    bright = made(dull, {"op": "auto"}).getchannel("R")
    assert bright.getextrema() == (0, 255)
    assert sorted(bright.resize((1, 8), Image.Resampling.BOX).get_flattened_data()) == pytest.approx(
        range(16, 256, 32), abs=2
    )


@pytest.mark.parametrize(
    "even",
    [
        Image.new("RGB", (9, 9), "teal"),
        smooth((9, 9)).point([tone // 32 for tone in range(256)] * 3),
        Image.new("RGBA", (9, 9)),
    ],
)
def test_an_even_picture_has_nothing_to_spread(even: Image.Image) -> None:
    assert same(made(even, {"op": "auto"}), even)
