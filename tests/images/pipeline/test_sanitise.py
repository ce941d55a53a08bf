import hashlib
import io
import random
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from imagehub.images.pipeline import webp
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.sanitise import Clean, clean
from tests.corpus import build, hostile, odd

PICTURES = frozenset({Format.JPEG, Format.PNG, Format.WEBP})


def cleaned(data: bytes, formats: frozenset[Format] = PICTURES) -> Clean:
    return clean(data, formats=formats, limits=Limits())


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the channels, 0-255."""
    assert one.size == other.size
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


@pytest.mark.parametrize("name", odd.TABLE)
def test_an_odd_but_good_picture_is_taken_and_stays_what_it_was(name: str) -> None:
    data = odd.TABLE[name]()
    made = cleaned(data)
    stored = decoded_by(made)
    assert stored.size == (made.width, made.height)
    assert made.digest == hashlib.sha256(made.data).hexdigest()
    assert getattr(stored, "n_frames", 1) == 1
    assert not stored.getexif()
    assert cleaned(made.data).data == made.data


def decoded_by(made: Clean) -> Image.Image:
    image = build.decoded(made.data)
    assert image.format == made.format.codec
    return image


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 3}])
def test_an_upright_jpeg_keeps_its_scans_byte_for_byte(options: dict[str, object]) -> None:
    plain = build.encoded(build.picture(size=(300, 200)), "JPEG", **options)
    dressed = build.with_segments(plain, build.segment(0xE1, build.exif()) + build.segment(0xFE, build.CANARY))
    made = cleaned(dressed + build.CANARY)
    assert made.data == plain


@pytest.mark.parametrize(
    "name",
    ["bilevel PNG", "grey and alpha", "16-bit grey", "palette with transparency", "keyed-out colour", "interlaced PNG"],
)
def test_a_png_keeps_every_pixel_and_its_depth(name: str) -> None:
    data = odd.TABLE[name]()
    before, after = build.decoded(data), build.decoded(cleaned(data).data)
    assert (after.mode, after.info.get("transparency")) == (before.mode, before.info.get("transparency"))
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize(
    "name", ["lossy WebP", "lossless WebP with alpha", "lossy WebP with alpha", "WebP with profile"]
)
def test_a_webp_keeps_its_picture_byte_for_byte(name: str) -> None:
    data = odd.TABLE[name]()
    assert cleaned(data).data == data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_jpeg_becomes_upright(orientation: int) -> None:
    upright: dict[int, Callable[[Image.Image], Image.Image]] = {
        1: lambda image: image,
        2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
        4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
        6: lambda image: image.transpose(Image.Transpose.ROTATE_270),
        7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
        8: lambda image: image.transpose(Image.Transpose.ROTATE_90),
    }
    made = cleaned(odd.oriented(orientation))
    expected = upright[orientation](build.picture())
    assert (made.width, made.height) == expected.size
    assert difference(build.decoded(made.data), expected) < 1.5


@pytest.mark.parametrize("name", ["turned PNG", "turned WebP"])
def test_other_formats_are_turned_too(name: str) -> None:
    made = cleaned(odd.TABLE[name]())
    assert (made.width, made.height) == (48, 64)


@pytest.mark.parametrize("make", [odd.inks, odd.inks_by_brightness])
def test_inks_become_screen_colours(make: Callable[[], bytes]) -> None:
    made = cleaned(make())
    stored = build.decoded(made.data)
    assert stored.mode == "RGB"
    assert difference(stored, build.picture()) < 4


def test_the_first_frame_of_an_animation_is_the_still() -> None:
    for name in ("animated PNG", "animated WebP"):
        made = cleaned(odd.TABLE[name]())
        assert difference(build.decoded(made.data), build.picture()) < 5


def test_a_first_frame_that_covers_a_part_is_drawn_on_its_canvas() -> None:
    still = build.encoded(Image.new("RGB", (2, 2), "red"), "WEBP", lossless=True)[12:]
    frame = build.riff_chunk(b"ANMF", b"\2\0\0\1\0\0" + b"\1\0\0" * 2 + bytes(4) + still)
    made = cleaned(build.riff(build.extended((8, 6), 0x12), build.riff_chunk(b"ANIM", bytes(6)), frame))
    stored = build.decoded(made.data).convert("RGBA")
    assert (made.width, made.height) == (8, 6)
    assert stored.getpixel((4, 2)) == (255, 0, 0, 255)
    assert stored.getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize(("form", "stored"), [("GIF", Format.PNG), ("AVIF", Format.WEBP)])
def test_other_kinds_are_stored_as_stills_of_ours(form: str, stored: Format) -> None:
    made = cleaned(build.encoded(build.picture(), form), frozenset(Format))
    assert made.format is stored
    assert difference(build.decoded(made.data), build.picture()) < 6


DRESSED: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: build.encoded(build.picture(), "JPEG", exif=build.exif(), comment=build.CANARY, xmp=build.CANARY),
    "turned JPEG": lambda: build.encoded(build.picture(), "JPEG", exif=build.exif(6), comment=build.CANARY),
    "PNG": lambda: build.with_chunks(
        build.encoded(build.picture(), "PNG", exif=build.exif()),
        build.chunk(b"tEXt", b"key\0" + build.CANARY)
        + build.chunk(b"zTXt", b"key\0\0" + zlib.compress(build.CANARY))
        + build.chunk(b"caBX", build.CANARY)
        + build.chunk(b"gAMA", build.CANARY),
    ),
    "turned PNG": lambda: build.encoded(build.picture(), "PNG", exif=build.exif(6)),
    "WebP": lambda: build.encoded(build.picture(), "WEBP", exif=build.exif()[6:], xmp=build.CANARY),
    "thumbnail in JFIF": lambda: hostile.photo().replace(
        b"\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0",
        b"\xff\xe0\x00\x29JFIF\0\1\1\0\0\1\0\1\x08\x01" + build.CANARY.ljust(25, b"-")[:25],
    ),
}


@pytest.mark.parametrize("tail", hostile.TAILS)
@pytest.mark.parametrize("name", DRESSED)
def test_nothing_but_the_picture_is_stored(name: str, tail: str) -> None:
    data = DRESSED[name]()
    assert build.CANARY in data
    appended = hostile.TAILS[tail]()
    made = cleaned(data + appended)
    assert made == cleaned(data)
    assert build.CANARY not in made.data
    assert appended not in made.data


def test_bytes_behind_the_compressed_rows_are_cut() -> None:
    chunks = dict(build.png_chunks(hostile.ordinary_png()))
    body = build.chunk(b"IHDR", chunks[b"IHDR"]) + build.chunk(b"IDAT", chunks[b"IDAT"] + build.CANARY)
    made = cleaned(build.PNG_SIGNATURE + body + build.chunk(b"IEND"))
    assert made.data == hostile.ordinary_png()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", ["lossy WebP", "lossless WebP", "lossy WebP with alpha"])
def test_bytes_hidden_behind_the_pixels_of_a_webp_are_gone(name: str, which: int) -> None:
    plain = odd.TABLE[name]()
    found = list(webp.chunks(plain))
    streams = [chunk for chunk in found if chunk.kind in {b"ALPH", b"VP8 ", b"VP8L"}]
    chosen = streams[which % len(streams)]
    bodies = {chunk: plain[chunk.start : chunk.end] + build.CANARY * (chunk is chosen) for chunk in found}
    padded = build.riff(*[build.riff_chunk(chunk.kind, body) for chunk, body in bodies.items()])
    made = cleaned(padded)
    assert build.CANARY not in made.data
    assert difference(build.decoded(made.data), build.decoded(plain)) < 3


def test_comments_between_the_scans_go_too() -> None:
    plain = build.encoded(build.picture(), "JPEG", progressive=True)
    at = plain.rindex(b"\xff\xda")
    assert cleaned(plain[:at] + build.segment(0xFE, build.CANARY) + plain[at:]).data == plain


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_fitting_profile_is_kept_as_it_is(form: str) -> None:
    profile = odd.wide_gamut_profile()
    made = cleaned(build.encoded(build.picture(), form, icc_profile=profile))
    assert build.decoded(made.data).info["icc_profile"] == profile


def grey_profile() -> bytes:
    return build.srgb_profile()[:16] + b"GRAY" + build.srgb_profile()[20:]


@pytest.mark.parametrize(
    "profile",
    [b"no profile", build.srgb_profile()[:200], grey_profile(), bytes(600), build.srgb_profile()[:128] + bytes(500)],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_profile_that_does_not_fit_is_dropped(form: str, profile: bytes) -> None:
    made = cleaned(build.encoded(build.picture(), form, icc_profile=profile))
    assert "icc_profile" not in build.decoded(made.data).info
    assert made == cleaned(build.encoded(build.picture(), form))


def test_bytes_behind_a_profile_are_cut() -> None:
    made = cleaned(build.encoded(build.picture(), "JPEG", icc_profile=build.srgb_profile() + build.CANARY))
    assert build.decoded(made.data).info["icc_profile"] == build.srgb_profile()


def test_inks_with_a_profile_of_colours_are_converted_without_it() -> None:
    data = build.encoded(build.picture("CMYK"), "JPEG", icc_profile=build.srgb_profile())
    assert cleaned(data).data == cleaned(build.encoded(build.picture("CMYK"), "JPEG")).data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_mean_colour_is_that_of_the_picture(form: str) -> None:
    made = cleaned(build.encoded(Image.new("RGB", (90, 70), "#2080c0"), form, lossless=True, quality=100))
    assert all(abs(a - b) <= 1 for a, b in zip(bytes.fromhex(made.colour[1:]), b"\x20\x80\xc0", strict=True))


def test_transparent_parts_have_no_colour() -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 32, 64))
    assert cleaned(build.encoded(image, "PNG")).colour == "#0000ff"


def cut_points(data: bytes) -> list[int]:
    return [len(data) * step // 100 for step in range(0, 100, 5)] + [len(data) - 1]


@pytest.mark.parametrize(
    "name",
    ["baseline", "progressive", "CMYK", "RGB PNG", "palette", "lossy WebP", "lossless WebP", "lossy WebP with alpha"],
)
def test_a_truncated_picture_is_damaged_wherever_it_is_cut(name: str) -> None:
    data = odd.TABLE[name]()
    for length in cut_points(data):
        with pytest.raises(Refusal) as refusal:
            cleaned(data[:length])
        assert refusal.value.reason is Reason.DAMAGED, length


@pytest.mark.parametrize("name", sorted(odd.TABLE))
def test_a_mutated_picture_is_taken_or_refused_and_nothing_else_happens(name: str) -> None:
    original, chance = odd.TABLE[name](), random.Random(name)  # noqa: S311  # repeatable on purpose
    for _ in range(60):
        mutated = bytearray(original)
        for _ in range(chance.choice([1, 2, 8, 40])):
            mutated[chance.randrange(len(mutated))] = chance.randrange(256)
        try:
            made = cleaned(bytes(mutated), frozenset(Format))
        except Refusal:
            continue
        assert build.decoded(made.data).size == (made.width, made.height)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_signatures_followed_by_noise_are_refused(form: str) -> None:
    head, chance = build.encoded(build.picture(), form)[:12], random.Random(form)  # noqa: S311  # repeatable on purpose
    for length in (0, 1, 30, 300, 3000):
        with pytest.raises(Refusal):
            cleaned(head + chance.randbytes(length), frozenset(Format))


def test_a_profile_in_the_wrong_order_is_joined_and_an_incomplete_one_dropped() -> None:
    profile = build.srgb_profile()
    first, second = profile[:300], profile[300:]
    pieces = [build.segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 2]) + body) for n, body in ((2, second), (1, first))]
    joined = cleaned(build.with_segments(hostile.photo(), b"".join(pieces)))
    assert build.decoded(joined.data).info["icc_profile"] == profile
    assert cleaned(build.with_segments(hostile.photo(), pieces[0])).data == hostile.photo()


def test_a_profile_is_readable_by_the_colour_engine() -> None:
    ImageCms.getOpenProfile(io.BytesIO(odd.wide_gamut_profile()))
    assert struct.unpack(">I", build.srgb_profile()[:4])[0] == len(build.srgb_profile())
