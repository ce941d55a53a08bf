import functools
import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.likeness import BITS, distance, likeness, mirrored, signed
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean, Reading, clean
from tests.corpus import scenes
from tests.corpus.build import encoded

SCENES = range(5)
PICTURES = frozenset(Format)


@functools.cache
def scene(number: int) -> Image.Image:
    return scenes.scene(number)


def known(picture: Image.Image) -> int:
    found = likeness(picture, picture.size)
    assert found is not None
    return found


def read(data: bytes, reading: Reading = Reading.COEFFICIENTS) -> Clean:
    return clean(data, formats=PICTURES, limits=Limits(), reading=reading)


def shrunk(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 3, picture.height // 3))


def enlarged(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width * 2 + 1, picture.height * 2 + 3))


def cropped(picture: Image.Image) -> Image.Image:
    across, down = picture.width // 40, picture.height // 40
    return picture.crop((across, down, picture.width - across, picture.height - down))


def brighter(picture: Image.Image) -> Image.Image:
    return picture.point([min(255, level * 6 // 5) for level in range(256)] * 3)


def recompressed(picture: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(encoded(picture, "JPEG", quality=40)))


@pytest.mark.parametrize(
    ("change", "most"), [(recompressed, 4), (shrunk, 4), (enlarged, 4), (brighter, 8), (cropped, 12)]
)
@pytest.mark.parametrize("number", SCENES)
def test_a_changed_picture_keeps_most_bits(
    change: Callable[[Image.Image], Image.Image], most: int, number: int
) -> None:
    picture = scene(number)
    assert distance(known(picture), known(change(picture))) <= most


def test_different_pictures_differ_in_many_bits() -> None:
    likenesses = [known(scene(number)) for number in SCENES]
    apart = [distance(one, other) for one in likenesses for other in likenesses if one is not other]
    assert min(apart) > 12


@pytest.mark.parametrize("number", SCENES)
def test_the_likeness_of_the_mirror_image_is_foretold(number: int) -> None:
    picture = scene(number)
    reflection = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert distance(mirrored(known(picture)), known(reflection)) <= 2
    assert mirrored(mirrored(known(picture))) == known(picture)
    assert distance(known(picture), known(reflection)) > 12


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "AVIF", "JPEG"])
@pytest.mark.parametrize("reading", Reading)
def test_every_format_and_reading_of_a_picture_has_nearly_its_likeness(form: str, reading: Reading) -> None:
    picture = scene(2)
    found = read(encoded(picture, form), reading).likeness
    assert found is not None
    assert distance(found, known(picture)) <= 4


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "I;16"])
def test_every_mode_of_a_picture_has_nearly_its_likeness(mode: str) -> None:
    picture = scene(5)
    if mode == "I;16":
        other = picture.convert("L").convert("I").point(lambda level: level * 257).convert("I;16")
    else:
        other = picture.convert(mode)
    assert distance(known(picture), known(other)) <= 4


def test_transparent_parts_lie_on_white() -> None:
    picture = scene(3)
    hole = (picture.width // 4, picture.height // 4, picture.width // 2, picture.height // 2)
    seen_through, painted = picture.convert("RGBA"), picture.copy()
    seen_through.paste((0, 0, 0, 0), hole)
    painted.paste("white", hole)
    assert distance(known(seen_through), known(painted)) <= 1


@pytest.mark.parametrize("scale", [2, 4, 8])
def test_a_picture_that_was_shrunk_while_decoded_has_the_likeness_of_the_whole(scale: int) -> None:
    picture = scene(1).resize((1021, 763))
    image = Image.open(io.BytesIO(encoded(picture, "JPEG", quality=95)))
    image.draft(None, (picture.width // scale, picture.height // scale))
    assert image.width == -(-picture.width // scale)
    found = likeness(image, picture.size)
    assert found is not None
    assert distance(found, known(picture)) <= 3


def test_a_turned_picture_is_recognised_as_it_is_seen() -> None:
    picture = scene(4)
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = picture.transpose(Image.Transpose.ROTATE_90)
    found = read(encoded(lying, "JPEG", exif=exif)).likeness
    assert found is not None
    assert distance(found, known(picture)) <= 3


def disc(where: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(image).ellipse(where, fill="blue")
    return image


PLAIN: dict[str, Callable[[], Image.Image]] = {
    "one colour": lambda: Image.new("RGB", (600, 400), "teal"),
    "one pixel": lambda: Image.new("RGB", (1, 1), "teal"),
    "a slope": lambda: Image.linear_gradient("L").resize((600, 400)),
    "a slope across corners": lambda: Image.linear_gradient("L").rotate(45).crop((60, 60, 190, 190)),
    "a round slope": lambda: Image.radial_gradient("L").resize((600, 400)),
    "a disc in the middle": lambda: disc((200, 100, 400, 300)),
    "half and half": lambda: Image.linear_gradient("L").point([0] * 128 + [255] * 128).resize((600, 400)),
    "fine noise": lambda: Image.effect_noise((600, 400), 4),
    "nothing to see": lambda: Image.new("RGBA", (600, 400), (0, 0, 0, 0)),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_picture_too_plain_to_be_told_from_others_has_none(name: str) -> None:
    picture = PLAIN[name]()
    assert likeness(picture, picture.size) is None
    assert read(encoded(picture.convert("RGB"), "JPEG", quality=60)).likeness is None


def test_a_small_picture_has_one_all_the_same() -> None:
    assert distance(known(scene(0).resize((40, 30))), known(scene(0))) <= 6


@pytest.mark.parametrize("size", [(6000, 24), (24, 6000), (130, 64), (65, 700)])
def test_thin_pictures_of_any_format_agree(size: tuple[int, int]) -> None:
    picture = scene(7).resize(size)
    found = [read(encoded(picture, form, quality=95)).likeness for form in ("JPEG", "PNG")]
    assert None not in found
    assert distance(*found) <= 4  # type: ignore[arg-type]  # there is no None


@pytest.mark.parametrize("bits", [0, 1, 1 << 62, 1 << 63, (1 << 64) - 1])
def test_all_64_bits_fit_into_a_signed_number(bits: int) -> None:
    number = signed(bits)
    assert -(1 << 63) <= number < 1 << 63
    assert number & (1 << BITS) - 1 == bits


@pytest.mark.parametrize(
    ("one", "other", "apart"), [(0, -1, 64), (-1, -1, 0), (-2, 1, 64), (5, 6, 2), (-(1 << 63), 0, 1)]
)
def test_distances_count_bits_of_negative_numbers_too(one: int, other: int, apart: int) -> None:
    assert distance(one, other) == distance(other, one) == apart
