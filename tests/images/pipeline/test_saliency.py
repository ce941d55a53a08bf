import pytest
from PIL import Image, ImageDraw

from imagehub.images.pipeline import saliency
from imagehub.images.pipeline.editing.engine import Output, edited
from imagehub.images.pipeline.editing.grammar import read
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Focus, Spec, render
from tests.corpus import build
from tests.corpus.scenes import scene

GREEN, ORANGE = (70, 110, 60), (230, 120, 40)


def meadow(size: tuple[int, int], at: tuple[float, float]) -> Image.Image:
    """Draw something orange at a place of a meadow."""
    grain = Image.effect_noise(size, 30).convert("RGB")
    picture = Image.blend(Image.new("RGB", size, GREEN), grain, 0.2)
    x, y = at[0] * size[0], at[1] * size[1]
    ImageDraw.Draw(picture).ellipse((x - 40, y - 40, x + 40, y + 40), fill=ORANGE)
    return picture


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK"])
def test_a_cut_holds_what_stands_out(at: float, mode: str) -> None:
    for size, place in (((800, 400), (at, 0.5)), ((400, 800), (0.5, at))):
        share = (0.5, 1.0) if size[0] > size[1] else (1.0, 0.5)
        x, y = saliency.focus(meadow(size, place).convert(mode), share)
        assert abs(x - place[0]) <= share[0] / 2 + 0.01
        assert abs(y - place[1]) <= share[1] / 2 + 0.01


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (64, 48), (2000, 3)])
@pytest.mark.parametrize("share", [(1.0, 0.5), (0.5, 1.0), (1.0, 1.0)])
def test_where_nothing_stands_out_it_is_the_middle(size: tuple[int, int], share: tuple[float, float]) -> None:
    assert saliency.focus(Image.new("RGB", size, "teal"), share) == (0.5, 0.5)


def test_a_cut_of_a_scene_lies_within_it() -> None:
    for number in range(10):
        assert all(0.25 <= at <= 0.75 for at in saliency.focus(scene(number), (0.5, 0.5)))


CUTS: list[tuple[Focus, tuple[int, int, int]]] = [
    ((0.0, 0.5), ORANGE),
    ((0.5, 0.5), GREEN),
    ((1.0, 0.5), GREEN),
    ("smart", ORANGE),
]


@pytest.mark.parametrize(("focus", "colour"), CUTS)
def test_a_cut_keeps_its_focus(focus: Focus, colour: tuple[int, int, int]) -> None:
    picture = Image.new("RGB", (1600, 400), GREEN)
    picture.paste(ORANGE, (100, 100, 300, 300))
    made = render(build.encoded(picture, "PNG"), Spec(100, 100, "cover", Format.PNG, focus=focus))
    assert build.decoded(made.data).convert("RGB").getpixel((50, 50)) == colour


@pytest.mark.parametrize(("focus", "colour"), [("smart", ORANGE), ("0:0.5", ORANGE), ("0.5:0.5", GREEN)])
@pytest.mark.parametrize("before", [[], [{"op": "flip", "axis": "horizontal"}, {"op": "rotate", "degrees": 180}]])
def test_a_recipe_cuts_around_the_same(
    focus: str, colour: tuple[int, int, int], before: list[dict[str, object]]
) -> None:
    picture = Image.new("RGB", (1600, 400), GREEN)
    picture.paste(ORANGE, (100, 100, 300, 300))
    cut = {"op": "resize", "width": 100, "height": 100, "fit": "cover", "focus": focus}
    made = edited(build.encoded(picture, "PNG"), read([*before, cut]), Output(Format.PNG), {})
    assert (made.width, made.height) == (100, 100)
    assert build.decoded(made.data).convert("RGB").getpixel((50, 50)) == colour
