import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from imagehub.images.pipeline.editing.engine import Output, edited
from imagehub.images.pipeline.editing.grammar import read
from imagehub.images.pipeline.editing.refused import RecipeRefused, TooExpensive
from imagehub.images.pipeline.formats import Format, sniff
from imagehub.images.pipeline.marking import mark_of, marked
from imagehub.images.pipeline.marks import SourceType
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.render import Spec, render
from tests.corpus import build, hostile
from tests.images.pipeline.editing.drawing_board import (
    NOTHING,
    Item,
    difference,
    made,
    pixel,
    png,
    same,
    smooth,
)

PICTURE = build.picture("RGB", (12, 8))
CROP: Item = {"op": "crop", "x": 0.25, "y": 0.5, "width": 0.5, "height": 0.25}
TURN: Item = {"op": "rotate", "degrees": 7}
MIDDLE: Item = {"op": "crop", "x": 0.3, "y": 0.3, "width": 0.4, "height": 0.4}

WHOLE: list[tuple[Item, Image.Image]] = [
    (CROP, PICTURE.crop((3, 4, 9, 6))),
    ({"op": "crop", "x": 0, "y": 0, "width": 1, "height": 1}, PICTURE),
    ({"op": "crop", "x": 1 - 0.0001, "y": 0.9999, "width": 0.0001, "height": 0.0001}, PICTURE.crop((11, 7, 12, 8))),
    ({"op": "flip", "axis": "horizontal"}, ImageOps.mirror(PICTURE)),
    ({"op": "flip", "axis": "vertical"}, ImageOps.flip(PICTURE)),
    ({"op": "rotate", "degrees": 90}, PICTURE.transpose(Image.Transpose.ROTATE_270)),
    ({"op": "rotate", "degrees": -90}, PICTURE.transpose(Image.Transpose.ROTATE_90)),
    ({"op": "rotate", "degrees": 180}, PICTURE.transpose(Image.Transpose.ROTATE_180)),
    ({"op": "rotate", "degrees": 360}, PICTURE),
    ({"op": "orient"}, PICTURE),
    ({"op": "blur", "radius": 0}, PICTURE),
    ({"op": "sharpen", "amount": 0}, PICTURE),
    ({"op": "exposure", "stops": 0}, PICTURE),
    ({"op": "temperature", "value": 0}, PICTURE),
    ({"op": "contrast", "value": 1}, PICTURE),
    ({"op": "saturation", "value": 1}, PICTURE),
    ({"op": "border", "width": 0}, PICTURE),
]

SIZES: list[tuple[Item, tuple[int, int]]] = [
    ({"width": 6}, (6, 4)),
    ({"height": 4}, (6, 4)),
    ({"width": 6, "height": 6}, (6, 4)),
    ({"width": 24}, (12, 8)),
    ({"width": 24, "fit": "cover"}, (24, 16)),
    ({"height": 16, "fit": "fill"}, (24, 16)),
    ({"width": 5, "height": 5, "fit": "cover"}, (5, 5)),
    ({"width": 30, "height": 2, "fit": "fill"}, (30, 2)),
    ({"width": 1, "height": 1, "fit": "cover"}, (1, 1)),
]

whole_steps = st.one_of(
    st.sampled_from(["horizontal", "vertical"]).map(lambda axis: {"op": "flip", "axis": axis}),
    st.sampled_from([-270, -90, 0, 90, 180, 270, 360]).map(lambda degrees: {"op": "rotate", "degrees": degrees}),
    st.tuples(*[st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.2, 0.5), st.floats(0.2, 0.5)]).map(
        lambda box: {"op": "crop", **dict(zip(("x", "y", "width", "height"), box, strict=True))}
    ),
    st.just({"op": "orient"}),
)


@pytest.mark.parametrize(("step", "expected"), WHOLE)
@pytest.mark.parametrize("before", [(), (NOTHING,)], ids=["folded", "in turn"])
def test_what_keeps_pixels_whole_is_exact(before: tuple[Item, ...], step: Item, expected: Image.Image) -> None:
    assert same(made(PICTURE, *before, step), expected)


@settings(deadline=None, max_examples=60)
@given(st.lists(whole_steps, max_size=5), st.integers(1, 8))
def test_what_the_decoder_does_at_once_is_what_the_steps_do_in_turn(steps: list[Item], orientation: int) -> None:
    lying = png(PICTURE, exif=build.exif(orientation)[6:])
    assert same(made(lying, *steps), made(lying, NOTHING, *steps))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_when_asked(orientation: int) -> None:
    lying = build.with_segments(build.encoded(PICTURE, "JPEG"), build.segment(0xE1, build.exif(orientation)))
    stored = build.decoded(lying)
    upright = ImageOps.exif_transpose(stored)
    assert same(made(lying, {"op": "orient"}), upright)
    assert same(made(lying, NOTHING, {"op": "orient"}, {"op": "orient"}), upright)
    assert made(lying).size == stored.size


@pytest.mark.parametrize(("values", "size"), SIZES)
@pytest.mark.parametrize("before", [(), (NOTHING,)], ids=["folded", "in turn"])
def test_a_resize_gives_the_asked_size(before: tuple[Item, ...], values: Item, size: tuple[int, int]) -> None:
    assert made(PICTURE, *before, {"op": "resize", **values}).size == size


@pytest.mark.parametrize("fit", ["inside", "cover"])
def test_a_resize_is_the_rendition_of_that_size(fit: Any) -> None:
    picture = png(build.picture("RGB", (90, 60)))
    resized = made(picture, {"op": "resize", "width": 30, "height": 30, "fit": fit})
    rendered = render(picture, Spec(30, 30, fit, Format.PNG))
    assert same(resized, build.decoded(rendered.data))


def test_a_chain_of_resizes_loses_what_its_smallest_loses() -> None:
    small = made(smooth((80, 60)), {"op": "resize", "width": 8}, {"op": "resize", "width": 80, "fit": "cover"})
    once = made(made(smooth((80, 60)), {"op": "resize", "width": 8}), {"op": "resize", "width": 80, "fit": "cover"})
    assert small.size == once.size == (80, 60)
    assert difference(small, once) < 1


def test_a_turn_is_clockwise_and_grows_the_picture() -> None:
    dotted = Image.new("RGB", (40, 20), "white")
    dotted.paste("red", (32, 8, 36, 12))
    turned = made(dotted, {"op": "rotate", "degrees": 45})
    assert turned.size == (42, 42)
    assert pixel(turned, 21 + 10, 21 + 10) == (255, 0, 0, 255)
    assert pixel(turned, 0, 0) == (0, 0, 0, 0)
    assert pixel(made(dotted, {"op": "rotate", "degrees": 45}, form=Format.JPEG), 1, 1) == (255, 255, 255)


def test_a_turn_cut_at_once_is_the_turn_and_then_the_cut() -> None:
    picture = smooth((60, 40))
    at_once = made(picture, TURN, MIDDLE)
    assert at_once.mode == "RGB"
    assert difference(at_once, made(picture, TURN, NOTHING, MIDDLE)) < 1


def test_a_turn_there_and_back_leaves_the_middle() -> None:
    picture = smooth((60, 40))
    back = made(picture, {"op": "rotate", "degrees": 20}, {"op": "rotate", "degrees": -20})
    left, top = (back.width - 30) // 2, (back.height - 20) // 2
    assert difference(back.crop((left, top, left + 30, top + 20)), picture.crop((15, 10, 45, 30))) < 2


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_turned_picture_has_no_rim(mode: str) -> None:
    even = Image.new(mode, (60, 40), (200, 120, 40))
    turned = made(even, TURN, {"op": "sharpen", "amount": 1})
    alpha = turned.getchannel("A")
    assert 50 < sum(alpha.histogram()[1:255]) < 400
    for channel, shade in zip(turned.split(), (200, 120, 40), strict=False):
        seen = channel.histogram(alpha.point([0] * 64 + [255] * 192))
        assert sum(seen[shade - 6 : shade + 7]) == sum(seen) > 2000


def test_a_cut_without_empty_corners_has_no_transparency() -> None:
    assert made(smooth((60, 40)), TURN, NOTHING, MIDDLE).mode == "RGB"
    assert made(smooth((60, 40), "RGBA"), MIDDLE).mode == "RGBA"


def test_blur_and_sharpening_leave_an_even_surface() -> None:
    even = Image.new("RGB", (20, 20), (10, 200, 90))
    assert same(made(even, {"op": "blur", "radius": 0.5}, {"op": "sharpen", "amount": 5}), even)


def test_a_blur_spreads_an_edge_and_sharpening_lifts_it() -> None:
    edge = Image.new("RGB", (40, 20), (50, 50, 50))
    edge.paste((200, 200, 200), (20, 0, 40, 20))
    blurred = [pixel(made(edge, {"op": "blur", "radius": 0.1}), x, 10)[0] for x in (10, 18, 19, 20, 21, 30)]
    assert blurred == sorted(blurred)
    assert (blurred[0], blurred[-1]) == (50, 200)
    assert 80 < blurred[1] < blurred[4] < 170
    sharp = made(edge, {"op": "sharpen", "amount": 1})
    assert pixel(sharp, 19, 10)[0] < 50
    assert pixel(sharp, 20, 10)[0] > 200


def test_hidden_colours_of_transparent_parts_do_not_bleed() -> None:
    picture = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (0, 0, 10, 20))
    for step in ({"op": "blur", "radius": 0.1}, {"op": "resize", "width": 15}, TURN):
        red, _, blue, alpha = zip(*made(picture, step).get_flattened_data(), strict=True)
        assert max(shade for shade, opacity in zip(red, alpha, strict=True) if opacity > 20) <= 12
        assert max(blue) == 255


RELATIVE: list[tuple[list[Item], float]] = [
    ([], 1),
    ([CROP], 2),
    ([TURN], 3),
    ([TURN, MIDDLE], 2),
    ([{"op": "resize", "width": 40}], 1),
    ([{"op": "blur", "radius": 0.05}], 1),
    ([{"op": "sharpen", "amount": 2}], 2),
    ([{"op": "auto"}], 3),
    ([{"op": "exposure", "stops": 1}, {"op": "sepia"}], 1),
    ([{"op": "redact", "x": 0.1, "y": 0.2, "width": 0.5, "height": 0.5, "mode": mode} for mode in ("blur", "fill")], 2),
    ([{"op": "redact", "x": 0.1, "y": 0.2, "width": 0.5, "height": 0.5, "mode": "pixelate"}], 2),
    ([{"op": "text", "text": "Hg\nΩ", "x": 0.1, "y": 0.1, "size": 0.3}], 8),
    ([{"op": "watermark", "image": "m", "x": 0.5, "y": 0.5, "width": 0.25, "opacity": 0.5}], 2),
    ([{"op": "border", "width": 0.1, "colour": "#0a0"}], 1),
]


@pytest.mark.parametrize(("recipe", "tolerance"), RELATIVE)
def test_a_recipe_looks_the_same_on_every_size_of_a_picture(recipe: list[Item], tolerance: float) -> None:
    marks = {"m": smooth((40, 30), "RGBA")}
    large = made(smooth((240, 180)), *recipe, overlays=marks)
    small = made(smooth((120, 90)), *recipe, overlays=marks)
    assert difference(large.resize(small.size, Image.Resampling.LANCZOS), small) < tolerance


@pytest.mark.parametrize(("recipe", "tolerance"), RELATIVE)
def test_a_preview_is_the_result_in_small(recipe: list[Item], tolerance: float) -> None:
    marks = {"m": smooth((40, 30), "RGBA")}
    whole = made(smooth((240, 180)), *recipe, overlays=marks)
    preview = made(smooth((240, 180)), *recipe, overlays=marks, width=60)
    assert preview.width == min(60, whole.width)
    assert difference(whole.resize(preview.size, Image.Resampling.LANCZOS), preview) < tolerance * 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_can_be_edited(mode: str) -> None:
    grey = smooth((60, 40)).convert("L")
    drawn = smooth((60, 40)) if mode in {"P", "RGB", "RGBA", "CMYK"} else grey
    stored = (
        grey.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else drawn.convert(mode)
    )
    data = build.encoded(stored, "JPEG", quality=95) if mode == "CMYK" else png(stored)
    shown = grey if mode == "I;16" else stored.convert("RGB")
    steps = (TURN, MIDDLE, {"op": "exposure", "stops": 0.5}, {"op": "sharpen", "amount": 1})
    assert difference(made(data, *steps), made(shown, *steps)) < (6 if mode == "CMYK" else 0.01)


@pytest.mark.parametrize("form", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF])
def test_a_result_is_of_the_asked_format_and_bears_no_metadata(form: Format) -> None:
    photo = build.with_segments(build.encoded(PICTURE, "JPEG"), build.segment(0xE1, build.exif(6) + build.CANARY))
    rendered = edited(photo, read([TURN]), Output(form, 50), {})
    assert (sniff(rendered.data), rendered.format, rendered.width, rendered.height) == (form, form, 13, 9)
    assert build.CANARY not in rendered.data
    assert "exif" not in build.decoded(rendered.data).info


def test_of_an_animation_the_first_picture_is_edited() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    for form in ("GIF", "WEBP", "PNG"):
        moving = build.encoded(frames[0], form, save_all=True, append_images=frames[1:])
        assert pixel(made(moving, NOTHING), 4, 4)[:2] == pytest.approx((255, 0), abs=3)


def test_the_mark_of_a_model_stays() -> None:
    drawn = marked(png(PICTURE), Format.PNG, SourceType.TRAINED_ALGORITHMIC_MEDIA)
    for form in (Format.JPEG, Format.PNG, Format.WEBP):
        result = edited(drawn, read([TURN]), Output(form, 80), {})
        assert mark_of(result.data, form) is SourceType.TRAINED_ALGORITHMIC_MEDIA


def test_a_picture_on_its_own_profile_ends_in_srgb() -> None:
    profile = build.srgb_profile()
    result = edited(png(PICTURE, icc_profile=profile), read([]), Output(Format.PNG), {})
    image = Image.open(io.BytesIO(result.data))
    assert "icc_profile" not in image.info
    assert difference(image, PICTURE) <= 1


def test_bytes_that_do_not_decode_are_refused_as_damaged() -> None:
    whole = png(smooth((60, 40)))
    with pytest.raises(Refusal) as refusal:
        edited(whole[: len(whole) // 2] + whole[-12:], read([TURN]), Output(Format.PNG), {})
    assert refusal.value.reason is Reason.DAMAGED


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(Refusal) as refusal:
        edited(build.flat_png((65_500, 65_500)), read([]), Output(Format.PNG), {})
    assert refusal.value.reason is Reason.TOO_MANY_PIXELS


def test_what_costs_too_much_is_refused_before_the_picture_is_decoded() -> None:
    broken = png(PICTURE)[:60]
    with pytest.raises(TooExpensive) as refused:
        edited(
            hostile.photo(),
            read([{"op": "resize", "width": 16_384, "height": 16_384, "fit": "fill"}]),
            Output(Format.PNG),
            {},
        )
    assert refused.value.faults == {"/0": "size 16384 50"}
    with pytest.raises(Refusal):
        edited(broken, read([]), Output(Format.PNG), {})


def test_an_image_that_is_not_given_is_missing() -> None:
    mark: Item = {"op": "watermark", "image": "b", "x": 0, "y": 0, "width": 0.1}
    with pytest.raises(RecipeRefused) as refused:
        edited(png(PICTURE), read([{"op": "auto"}, mark]), Output(Format.PNG), {"a": png(PICTURE)})
    assert refused.value.faults == {"/1/image": "missing"}
