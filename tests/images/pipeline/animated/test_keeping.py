"""What moves goes on moving: each frame as it was compressed, and nothing else of its file."""

import hashlib
import io

import pytest
from PIL import Image, ImageSequence

from imagehub.images.pipeline import gif, webp
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.marking import mark_of
from imagehub.images.pipeline.marks import SourceType
from imagehub.images.pipeline.provenance import with_claims_of
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.sanitise import Clean, Reading, clean
from tests.corpus import animations, build, generated, odd

ALL = frozenset(Format)
FORMS = ["GIF", "WEBP"]


def kept(data: bytes) -> Clean:
    return clean(data, formats=ALL, limits=Limits(), reading=Reading.FRAMES)


def shown(data: bytes) -> list[bytes]:
    """Return every frame as it is seen."""
    with Image.open(io.BytesIO(data)) as image:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]


def pixels_of_gif(data: bytes) -> list[bytes]:
    return [data[start:end] for kind, start, end in gif.blocks(data) if kind == gif.IMAGE]


def pixels_of_webp(data: bytes) -> list[bytes]:
    return [data[start + 16 : end] for kind, start, end in webp.chunks(data) if kind == b"ANMF"]


@pytest.mark.parametrize("form", FORMS)
def test_every_frame_stays_byte_for_byte(form: str) -> None:
    data = animations.moving(form)
    made = kept(data)
    pixels = pixels_of_gif if form == "GIF" else pixels_of_webp
    assert (made.format.codec, made.width, made.height, made.frames, made.duration) == (form, 64, 48, 3, 240)
    assert pixels(made.data) == pixels(data)
    assert shown(made.data) == shown(data)
    assert made.digest == hashlib.sha256(made.data).hexdigest()
    assert kept(made.data).data == made.data


@pytest.mark.parametrize("form", FORMS)
def test_it_is_played_as_often_and_as_fast_as_its_file_says(form: str) -> None:
    with Image.open(io.BytesIO(kept(animations.moving(form)).data)) as image:
        told = []
        for frame in ImageSequence.Iterator(image):
            frame.load()
            told.append(frame.info["duration"])
        assert (image.info["loop"], told) == (3, [80, 80, 80])


@pytest.mark.parametrize("form", FORMS)
def test_its_colour_and_likeness_are_those_of_its_first_frame(form: str) -> None:
    data = animations.moving(form, lossless=True) if form == "WEBP" else animations.moving(form)
    moving, still = kept(data), clean(data, formats=ALL, limits=Limits())
    assert (moving.colour, moving.likeness) == (still.colour, still.likeness)
    assert (still.frames, still.duration) == (1, 0)


@pytest.mark.parametrize("name", ["animated PNG", "WebP with profile", "interlaced PNG", "baseline"])
def test_all_else_is_a_still_as_ever(name: str) -> None:
    data = odd.TABLE[name]()
    assert kept(data) == clean(data, formats=ALL, limits=Limits())


def test_a_gif_of_one_frame_is_kept_as_png() -> None:
    made = kept(build.encoded(build.picture(), "GIF"))
    assert (made.format, made.frames) == (Format.PNG, 1)


DRESSED = {
    "comment": b"\x21\xfe\x19" + build.CANARY + b"\0",
    "plain text": b"\x21\x01\x0c" + bytes(12) + b"\x19" + build.CANARY + b"\0",
    "unknown extension": b"\x21\x77\x19" + build.CANARY + b"\0",
    "application": animations.application(b"ImageMagick", build.CANARY),
    "profile": animations.application(b"ICCRGBG1012", build.CANARY),
    "packet": b"\x21\xff\x0bXMP DataXMP" + generated.packet("digitalCapture") + bytes([1, *range(255, -1, -1), 0]),
    "more behind the loop": animations.application(b"NETSCAPE2.0", b"\1\3\0", build.CANARY),
}


@pytest.mark.parametrize("name", DRESSED)
def test_of_a_gif_nothing_but_frames_and_loop_survives(name: str) -> None:
    two = [animations.control() + animations.dot(), animations.control() + animations.dot(left=1)]
    bare = kept(animations.gif(animations.LOOP, *two)).data
    dressed = animations.gif(DRESSED[name], two[0], DRESSED[name], two[1], DRESSED[name])
    made = kept(dressed + build.CANARY).data
    assert build.CANARY not in made
    assert made.replace(animations.LOOP, b"") == bare.replace(animations.LOOP, b"")


def test_of_a_webp_nothing_but_frames_and_loop_survives() -> None:
    extra = build.riff_chunk(b"EXIF", build.exif()), build.riff_chunk(b"XMP ", build.CANARY)
    inside = animations.framed(body=animations.framed()[24:] + build.riff_chunk(b"NOTE", build.CANARY))
    bare = animations.webp(animations.framed(), animations.framed())
    made = kept(animations.webp(animations.framed(), inside, *extra) + build.CANARY)
    assert made.data == kept(bare).data
    assert build.CANARY not in made.data


def test_a_thousand_loops_are_one() -> None:
    many = animations.gif(animations.LOOP * 1000, animations.dot(), animations.dot(left=1))
    assert kept(many).data.count(b"NETSCAPE2.0") == 1


def test_frames_in_haste_last_as_long_as_browsers_let_them() -> None:
    parts = [animations.control(delay) + animations.dot() for delay in (0, 1, 2, 65_535)]
    assert kept(animations.gif(*parts)).duration == 100 + 100 + 20 + 60_000


def test_every_frame_says_what_becomes_of_it() -> None:
    """Decoders disagree on what stays unsaid: some go on with what the frame before said."""
    parts = [animations.control(disposal=each) + animations.dot() for each in (2, 0, 3, 4, 7)]
    made = kept(animations.gif(*parts, animations.dot())).data
    controls = [made[start + 3] >> 2 for kind, start, _ in gif.blocks(made) if kind != gif.IMAGE]
    assert controls == [2, 1, 3, 3, 1, 1]


@pytest.mark.parametrize("form", FORMS)
def test_the_mark_of_a_model_goes_along(form: str) -> None:
    data = animations.moving(form)
    head = 13 + (3 << (data[10] & 7) + 1)
    claim = b"\x21\xff\x0bXMP DataXMP" + generated.packet() + bytes([1, *range(255, -1, -1), 0])
    claiming = data[:head] + claim + data[head:] if form == "GIF" else animations.moving(form, xmp=generated.packet())
    made = with_claims_of(claiming, kept(claiming))
    assert mark_of(made.data, made.format) is SourceType.TRAINED_ALGORITHMIC_MEDIA
    assert shown(made.data) == shown(data)
    assert build.CANARY not in made.data
    assert with_claims_of(made.data, kept(made.data)).data == made.data


@pytest.mark.parametrize("name", animations.HOSTILE)
def test_what_would_hurt_is_refused(name: str) -> None:
    make, reason = animations.HOSTILE[name]
    with pytest.raises(Refusal) as caught:
        kept(make())
    assert caught.value.reason is reason
