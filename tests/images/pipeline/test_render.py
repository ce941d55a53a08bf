import pytest
from PIL import Image, ImageChops, ImageStat

from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.render import Rendered, Spec, render
from tests.corpus import build, odd

WEBP, PNG, JPEG = Format.WEBP, Format.PNG, Format.JPEG


def shown(made: Rendered) -> Image.Image:
    image = build.decoded(made.data)
    assert (image.format, image.size) == (made.format.codec, (made.width, made.height))
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


@pytest.mark.parametrize(
    ("size", "asked", "fit", "expected"),
    [
        ((640, 480), (320, 320), "inside", (320, 240)),
        ((480, 640), (320, 320), "inside", (240, 320)),
        ((64, 48), (320, 320), "inside", (64, 48)),
        ((4000, 10), (100, 100), "inside", (100, 1)),
        ((1, 1), (32, 32), "inside", (1, 1)),
        ((640, 480), (128, 128), "cover", (128, 128)),
        ((64, 48), (128, 128), "cover", (128, 128)),
        ((1, 1), (32, 32), "cover", (32, 32)),
        ((1, 3000), (32, 32), "cover", (32, 32)),
        ((3000, 2), (50, 20), "cover", (50, 20)),
    ],
)
@pytest.mark.parametrize("form", [JPEG, PNG])
def test_the_size_is_what_the_fit_promises(
    size: build.Pixels, asked: build.Pixels, fit: str, expected: build.Pixels, form: Format
) -> None:
    data = build.encoded(build.picture(size=size), form.codec)
    assert shown(render(data, Spec(*asked, fit, WEBP))).size == expected  # type: ignore[arg-type]  # a column of the table


@pytest.mark.parametrize("form", [Format.JPEG, Format.PNG, Format.WEBP, Format.GIF, Format.AVIF])
def test_every_format_can_be_made(form: Format) -> None:
    made = render(build.encoded(build.picture(), "PNG"), Spec(32, 32, "inside", form))
    assert made.format is form
    assert shown(made).size == (32, 24)


@pytest.mark.parametrize("fit", ["inside", "cover"])
@pytest.mark.parametrize("asked", [(320, 240), (90, 90), (40, 120)])
def test_a_reduced_decode_shows_the_same_as_a_full_one(fit: str, asked: build.Pixels) -> None:
    picture = build.picture(size=(1201, 907))
    spec = Spec(*asked, fit, PNG)  # type: ignore[arg-type]  # likewise
    by_draft = shown(render(build.encoded(picture, "JPEG", quality=95), spec))
    in_full = shown(render(build.encoded(picture, "PNG"), spec))
    assert difference(by_draft, in_full) < 2


def test_cover_shows_the_middle() -> None:
    picture = Image.new("RGB", (300, 100), "red")
    picture.paste("lime", (100, 0, 200, 100))
    made = shown(render(build.encoded(picture, "PNG"), Spec(50, 50, "cover", PNG)))
    assert difference(made, Image.new("RGB", (50, 50), "lime")) < 1


def half_transparent() -> bytes:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 32, 64))
    return build.encoded(image, "PNG")


@pytest.mark.parametrize("form", [PNG, WEBP])
def test_transparency_is_kept_where_the_format_can(form: Format) -> None:
    made = shown(render(half_transparent(), Spec(32, 32, "inside", form)))
    assert made.mode == "RGBA"
    assert made.getchannel("A").getextrema() == (0, 255)


def test_a_jpeg_of_something_transparent_lies_on_white() -> None:
    made = shown(render(half_transparent(), Spec(32, 32, "inside", JPEG, quality=95)))
    assert made.getpixel((30, 16)) == (255, 255, 255)


@pytest.mark.parametrize("name", ["palette with transparency", "keyed-out colour", "grey and alpha"])
def test_every_kind_of_transparency_becomes_alpha(name: str) -> None:
    made = shown(render(odd.TABLE[name](), Spec(32, 32, "inside", PNG)))
    assert made.mode == "RGBA"
    assert made.getchannel("A").getextrema()[0] < 10  # type: ignore[operator]  # one channel


def test_sixteen_bits_become_eight_without_clipping() -> None:
    made = shown(render(odd.TABLE["16-bit grey"](), Spec(64, 64, "inside", PNG)))
    assert abs(ImageStat.Stat(made).mean[0] - 127.5) < 2


def test_a_wide_colour_is_converted_to_srgb() -> None:
    """With red and green swapped in the profile, what is stored as red is shown as green."""
    red = build.encoded(Image.new("RGB", (64, 64), (255, 0, 0)), "PNG", icc_profile=odd.wide_gamut_profile())
    made = shown(render(red, Spec(32, 32, "inside", PNG)))
    red_shown, green_shown, _ = made.convert("RGB").getpixel((16, 16))  # type: ignore[misc]  # three channels
    assert green_shown > 200
    assert red_shown < 60
    assert "icc_profile" not in made.info


@pytest.mark.parametrize("form", [JPEG, PNG, WEBP])
def test_a_rendition_carries_no_metadata(form: Format) -> None:
    options = {"exif": build.exif(), "icc_profile": build.srgb_profile(), "comment": build.CANARY}
    for source in ("JPEG", "PNG", "WEBP"):
        made = render(build.encoded(build.picture(), source, **options), Spec(32, 32, "inside", form))
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(shown(made).info)
        assert build.CANARY not in made.data


def test_lower_quality_is_smaller() -> None:
    data = build.encoded(Image.effect_noise((200, 200), 60), "PNG")
    sizes = [len(render(data, Spec(200, 200, "inside", WEBP, quality=q)).data) for q in (10, 50, 90)]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("data", [b"", b"not a picture at all", build.encoded(build.picture(), "JPEG")[:500]])
def test_what_does_not_decode_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        render(data, Spec(32, 32, "inside", WEBP))
    assert refusal.value.reason in {Reason.DAMAGED, Reason.UNSUPPORTED}
