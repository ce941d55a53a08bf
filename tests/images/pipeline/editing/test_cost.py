import pytest
from PIL import Image

from imagehub.images.pipeline.editing.cost import BUDGET, admit, admitted, cost, judged, spent
from imagehub.images.pipeline.editing.grammar import read
from imagehub.images.pipeline.editing.output import Output
from imagehub.images.pipeline.editing.refused import RecipeRefused, TooExpensive
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal
from tests.corpus import build, hostile
from tests.images.pipeline.editing.drawing_board import Item

JPEG = Output(Format.JPEG)
PHOTO = (4000, 3000)
LARGEST = (8000, 6000)
GROW: Item = {"op": "resize", "width": 7000, "height": 7000, "fit": "fill"}
SHRINK: Item = {"op": "resize", "width": 100}
MARK: Item = {"op": "watermark", "image": "m", "x": 0, "y": 0, "width": 0.1}

ADMITTED: list[tuple[list[Item], tuple[int, int]]] = [
    ([], LARGEST),
    ([{"op": "rotate", "degrees": 7}, {"op": "crop", "x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8}], LARGEST),
    ([{"op": "blur", "radius": 0.5}] * 5, PHOTO),
    ([{"op": "exposure", "stops": 1}] * 50, LARGEST),
    ([*[{"op": "blur", "radius": 0.1}] * 49, SHRINK], PHOTO),
    ([*[GROW, SHRINK] * 25], PHOTO),
    ([GREY := {"op": "grayscale"}, {"op": "auto"}, GREY], LARGEST),
]

REFUSED: list[tuple[list[Item], tuple[int, int], str]] = [
    ([{"op": "resize", "width": 16_384, "height": 16_384, "fit": "cover"}], PHOTO, "/0"),
    ([{"op": "resize", "width": 16_384, "fit": "fill"}], (10, 16_384), "/0"),
    ([{"op": "rotate", "degrees": 45}], LARGEST, "/0"),
    ([{"op": "auto"}, {"op": "border", "width": 0.5}], LARGEST, "/1"),
    ([GROW, {**GROW, "width": 7050}] * 25, PHOTO, ""),
    ([{"op": "sharpen", "amount": 1}] * 50, PHOTO, ""),
    ([{"op": "rotate", "degrees": 1}] * 50, (2000, 1500), ""),
    ([GROW, *[{"op": "blur", "radius": 0.5}] * 49], (1, 1), ""),
]


@pytest.mark.parametrize(("recipe", "size"), ADMITTED)
def test_what_people_do_is_within_the_budget(recipe: list[Item], size: tuple[int, int]) -> None:
    admit(read(recipe), *size)
    assert 0 < cost(read(recipe), *size) <= BUDGET


@pytest.mark.parametrize(("recipe", "size", "place"), REFUSED)
def test_what_would_take_too_long_or_too_much_memory_is_refused(
    recipe: list[Item], size: tuple[int, int], place: str
) -> None:
    with pytest.raises(TooExpensive) as refused:
        admit(read(recipe), *size)
    assert place in refused.value.faults


def test_a_refusal_tells_the_cost_and_the_budget() -> None:
    recipe = read([{"op": "sharpen", "amount": 1}] * 50)
    with pytest.raises(TooExpensive) as refused:
        admit(recipe, *PHOTO)
    assert refused.value.faults == {"": f"cost {round(cost(recipe, *PHOTO))} 1000"}


def test_what_a_resize_leaves_out_is_not_paid_for() -> None:
    blurred = [{"op": "blur", "radius": 0.1}] * 9
    small, large = cost(read([*blurred, SHRINK]), *PHOTO), cost(read(blurred), *PHOTO)
    assert small < 25 < 300 < large  # noqa: PLR0133  # two bounds far apart


@pytest.mark.parametrize(
    ("form", "size"), [(Format.PNG, LARGEST), (Format.AVIF, (5000, 5000)), (Format.WEBP, (16_384, 10))]
)
def test_a_huge_picture_is_not_written_in_a_format_that_is_not_for_it(form: Format, size: tuple[int, int]) -> None:
    admit(read([]), *size, JPEG)
    with pytest.raises(TooExpensive):
        admit(read([]), *size, Output(form))
    admit(read([]), *size, Output(form, width=800))


def test_other_images_are_paid_for_as_often_as_they_are_laid_on() -> None:
    large = {"m": build.flat_png((7000, 7000))}
    admit(read([MARK] * 3), 100, 100, JPEG, large)
    with pytest.raises(TooExpensive):
        admit(read([MARK] * 5), 100, 100, JPEG, large)


def test_an_image_that_is_not_given_is_told_by_its_place() -> None:
    with pytest.raises(RecipeRefused) as refused:
        admit(read([{"op": "auto"}, MARK]), 100, 100, JPEG, {})
    assert refused.value.faults == {"/1/image": "missing"}


def test_an_overlay_is_judged_like_any_foreign_file() -> None:
    with pytest.raises(Refusal):
        admit(read([MARK]), 100, 100, JPEG, {"m": build.flat_png((65_500, 65_500))})


def test_other_images_together_are_not_too_heavy() -> None:
    heavy = build.with_chunks(build.flat_png((8, 8)), build.chunk(b"teSt", bytes(1 << 25)))
    marks = [{**MARK, "image": name} for name in ("a", "b", "c")]
    admit(read(marks[:1]), 100, 100, JPEG, {"a": heavy})
    with pytest.raises(TooExpensive) as refused:
        admit(read(marks), 100, 100, JPEG, dict.fromkeys("abc", heavy))
    assert refused.value.faults == {"": "bytes 67108864"}


def test_a_picture_is_judged_however_it_is_turned() -> None:
    long = build.encoded(Image.new("L", (3000, 10)), "JPEG")
    lying = build.with_segments(long, build.segment(0xE1, build.exif(6)))
    grown = read([{"op": "orient"}, {"op": "resize", "width": 3000, "fit": "fill"}])
    assert admitted(long, grown, JPEG, {}).width == 3000
    with pytest.raises(TooExpensive):
        admitted(lying, grown, JPEG, {})


def test_a_header_tells_the_size() -> None:
    assert judged(hostile.photo()).format is Format.JPEG


def test_what_is_really_done_for_a_preview_is_less_than_what_it_is_judged_by() -> None:
    photo = build.encoded(build.picture(size=(3000, 2000)), "JPEG")
    lying = build.with_segments(photo, build.segment(0xE1, build.exif(6)))
    recipe = read([{"op": "sharpen", "amount": 1}])
    whole, preview = (spent(judged(lying), recipe, Output(Format.JPEG, width=width), {}) for width in (None, 400))
    assert whole == pytest.approx(6 * (2 + 3 + 5 + 3))
    assert preview == pytest.approx(6 * 2 + 0.4 * 0.6 * (3 + 5 + 3))
    pip, overlays = read([{"op": "watermark", "image": "m", "x": 0, "y": 0, "width": 0.1}]), {"m": lying}
    assert spent(judged(lying), pip, Output(Format.JPEG, width=400), overlays) > 6 * (2 + 2 + 3)
