import pytest
from PIL import Image, PngImagePlugin

from imagehub.images.pipeline import content
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean, Reading, clean
from tests.corpus import build, odd
from tests.corpus.build import decoded, encoded, picture

PICTURES = frozenset({Format.JPEG, Format.PNG, Format.WEBP})


def read(data: bytes, reading: Reading = Reading.PIXELS) -> Clean:
    return clean(data, formats=PICTURES, limits=Limits(), reading=reading)


def text() -> PngImagePlugin.PngInfo:
    made = PngImagePlugin.PngInfo()
    made.add_text("Comment", "another file, the same picture")
    return made


GREY = picture("L")
FEW = picture().quantize(200)
SAME: dict[str, tuple[bytes, bytes]] = {
    "grey and the same as RGB": (encoded(GREY, "PNG"), encoded(GREY.convert("RGB"), "PNG")),
    "grey and the same with full alpha": (encoded(GREY, "PNG"), encoded(GREY.convert("LA"), "PNG")),
    "palette and the same as RGB": (encoded(FEW, "PNG"), encoded(FEW.convert("RGB"), "PNG")),
    "two levels and the same as grey": (encoded(picture("1"), "PNG"), encoded(picture("1").convert("L"), "PNG")),
    "RGB and opaque RGBA": (encoded(picture(), "PNG"), encoded(picture().convert("RGBA"), "PNG")),
    "little and much compression": (encoded(GREY, "PNG", compress_level=1), encoded(GREY, "PNG", compress_level=9)),
    "text": (encoded(GREY, "PNG"), encoded(GREY, "PNG", pnginfo=text())),
    "a profile": (encoded(picture(), "PNG"), encoded(picture(), "PNG", icc_profile=odd.wide_gamut_profile())),
    "PNG and lossless WebP": (encoded(picture(), "PNG"), encoded(picture(), "WEBP", lossless=True)),
    "PNG and JPEG of it decoded": (
        encoded(picture(), "JPEG"),
        encoded(decoded(encoded(picture(), "JPEG")), "PNG"),
    ),
    "baseline and progressive": (encoded(picture(), "JPEG"), encoded(picture(), "JPEG", progressive=True)),
    "fixed and fitted Huffman tables": (encoded(picture(), "JPEG"), encoded(picture(), "JPEG", optimize=True)),
    "a tail": (encoded(picture(), "JPEG"), encoded(picture(), "JPEG") + build.CANARY),
    "EXIF": (
        encoded(picture(), "JPEG"),
        build.with_segments(encoded(picture(), "JPEG"), build.segment(0xE1, build.exif())),
    ),
    "turned by EXIF and turned by hand": (
        odd.oriented(6),
        encoded(decoded(odd.oriented(6)).transpose(Image.Transpose.ROTATE_270), "PNG"),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_picture_has_the_same_content_whatever_its_file(name: str) -> None:
    one, other = SAME[name]
    assert one != other
    assert read(one).content == read(other).content


def changed(x: int, y: int) -> Image.Image:
    """Change one pixel by one level in one channel."""
    made = picture()
    red, green, blue = made.getpixel((x, y))  # type: ignore[misc]  # three channels
    made.putpixel((x, y), (red, green, blue ^ 1))
    return made


DIFFERENT: dict[str, tuple[Image.Image, Image.Image]] = {
    "the first pixel": (picture(), changed(0, 0)),
    "the last pixel": (picture(), changed(63, 47)),
    "the size, with the same bytes": (GREY, Image.frombytes("L", (48, 64), GREY.tobytes())),
    "the size of one colour": (Image.new("RGB", (40, 30)), Image.new("RGB", (30, 40))),
    "the mirror image": (picture(), picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    "half-transparent parts": (picture(), picture("RGBA")),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_another_picture_has_another_content(name: str) -> None:
    one, other = DIFFERENT[name]
    assert content.digest(one) != content.digest(other)


def test_the_colour_of_what_is_wholly_transparent_does_not_count() -> None:
    red, blue = (Image.new("RGBA", (20, 20), colour) for colour in ((255, 0, 0, 0), (0, 0, 255, 0)))
    for image in (red, blue):
        image.paste((9, 9, 9, 255), (5, 5, 15, 15))
    assert content.digest(red) == content.digest(blue)
    assert content.digest(red) != content.digest(red.convert("RGB"))


def test_a_grey_picture_with_transparent_parts_agrees_with_the_same_in_colour() -> None:
    assert content.digest(picture("LA")) == content.digest(picture("LA").convert("RGBA"))


def test_a_picture_larger_than_a_strip_is_digested_whole() -> None:
    tall, wide = Image.new("L", (600, 4000), 7), Image.new("L", (4000, 600), 7)
    for image in (tall, wide):
        image.putpixel((image.width - 1, image.height - 1), 8)
    assert content.digest(tall) == content.digest(tall.convert("RGB").convert("RGBA"))
    assert len({content.digest(image) for image in (tall, wide, Image.new("L", (600, 4000), 7))}) == 3


@pytest.mark.parametrize("name", odd.TABLE)
def test_reading_pixels_changes_nothing_but_what_is_known_of_them(name: str) -> None:
    data = odd.TABLE[name]()
    closely, quickly = read(data), read(data, Reading.COEFFICIENTS)
    assert (closely.data, closely.width, closely.height) == (quickly.data, quickly.width, quickly.height)
    assert (len(closely.content), quickly.content) == (64, "")


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_is_stored_of_an_upright_picture_has_the_content_of_what_was_sent(form: str) -> None:
    made = read(encoded(picture(), form))
    assert read(made.data).content == made.content == content.digest(decoded(encoded(picture(), form)))
