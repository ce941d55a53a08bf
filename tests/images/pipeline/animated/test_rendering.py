"""Renditions that move: every frame as browsers show it, as fast and as often."""

import io
import time
from random import Random

import pytest
from PIL import Image, ImageChops, ImageSequence, ImageStat

from imagehub.images.decoders import MOVING_SECONDS
from imagehub.images.pipeline.animated import rendering
from imagehub.images.pipeline.animated.composing import composed
from imagehub.images.pipeline.animated.rendering import rendered
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marking import mark_of, marked
from imagehub.images.pipeline.marks import SourceType
from imagehub.images.pipeline.render import SMART, Spec, Use
from tests.corpus import animations, build, odd
from tests.images.pipeline.animated.goldens import CASES, TOLERANCE, drawn, kept

BLACK, WHITE, NOTHING = (0, 0, 0, 255), (255, 255, 255, 255), (0, 0, 0, 0)
BLACK_DOT = b"\x44\1"


def spec(form: Format = Format.WEBP, width: int = 32, height: int = 24) -> Spec:
    return Spec(width, height, "inside", form, use=Use.MOVING)


def told(data: bytes) -> tuple[int | None, list[int], tuple[int, int]]:
    """Return how often an animation is played, how long each frame is shown, and how large it is."""
    with Image.open(io.BytesIO(data)) as image:
        delays = []
        for frame in ImageSequence.Iterator(image):
            frame.load()
            delays.append(frame.info["duration"])
        return image.info.get("loop"), delays, image.size


@pytest.mark.parametrize("name", CASES)
def test_the_frames_are_those_that_were_found_right(name: str) -> None:
    expected, now = kept(name), drawn(name)
    assert (now.mode, now.size) == (expected.mode, expected.size)
    assert max(ImageStat.Stat(ImageChops.difference(now, expected)).mean) <= TOLERANCE


@pytest.mark.parametrize(
    ("disposal", "left"), [(0, BLACK), (1, BLACK), (2, NOTHING), (3, WHITE)], ids=["unsaid", "stays", "goes", "back"]
)
def test_a_gif_is_composed_as_browsers_do_it(disposal: int, left: tuple[int, ...]) -> None:
    second = animations.control(disposal=disposal) + animations.dot(pixels=BLACK_DOT)
    data = animations.gif(animations.control() + animations.dot(), second, animations.dot(left=1), size=(3, 1))
    with Image.open(io.BytesIO(data)) as image:
        frames = [[frame.convert("RGBA").getpixel((x, 0)) for x in range(3)] for frame, _ in composed(image, data)]
    assert frames == [[WHITE, NOTHING, NOTHING], [BLACK, NOTHING, NOTHING], [left, WHITE, NOTHING]]


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
@pytest.mark.parametrize("to", [Format.GIF, Format.WEBP])
@pytest.mark.parametrize("loop", [0, 3])
def test_it_is_played_as_often_and_as_fast(form: str, to: Format, loop: int) -> None:
    made = rendered(animations.moving(form, loop=loop), spec(to))
    # GIF says how often it comes back, WebP how often it is played.
    times = loop and loop + (form == "GIF") - (to is Format.GIF)
    assert told(made.data) == (times, [80, 80, 80], (32, 24))
    assert (made.format, made.width, made.height) == (to, 32, 24)


@pytest.mark.parametrize(("to", "loop"), [(Format.GIF, None), (Format.WEBP, 1)])
def test_what_does_not_say_so_is_played_once(to: Format, loop: int | None) -> None:
    parts = [animations.control(5) + animations.dot(), animations.control(0) + animations.dot(pixels=BLACK_DOT)]
    assert told(rendered(animations.gif(*parts), spec(to)).data) == (loop, [50, 100], (8, 6))


def test_a_gif_that_stands_still_for_longer_than_it_can_say_is_made_all_the_same() -> None:
    still, other = animations.control(65_535) + animations.dot(), animations.control(8) + animations.dot(left=1)
    assert told(rendered(animations.gif(*[still] * 12, other), spec(Format.GIF)).data)[1] == [655_350, 80]


def test_one_cut_holds_for_all_frames() -> None:
    """A place found anew in each frame would make the picture jump."""
    wish = Spec(24, 24, "cover", Format.WEBP, focus=SMART, use=Use.MOVING)
    data = animations.moving("WEBP", size=(96, 24), lossless=True)
    with Image.open(io.BytesIO(rendered(data, wish).data)) as image:
        corners = {frame.convert("RGB").crop((0, 20, 24, 24)).tobytes() for frame in ImageSequence.Iterator(image)}
    assert len(corners) == 1


@pytest.mark.parametrize("to", [Format.GIF, Format.WEBP])
def test_the_mark_of_a_model_is_carried_over(to: Format) -> None:
    data = marked(animations.moving("GIF"), Format.GIF, SourceType.TRAINED_ALGORITHMIC_MEDIA)
    assert mark_of(rendered(data, spec(to)).data, to) is SourceType.TRAINED_ALGORITHMIC_MEDIA


def test_a_profile_is_applied_to_every_frame() -> None:
    wide = animations.moving("WEBP", icc_profile=odd.wide_gamut_profile(), lossless=True)
    made, plain = (rendered(data, spec()) for data in (wide, animations.moving("WEBP", lossless=True)))
    with Image.open(io.BytesIO(made.data)) as one, Image.open(io.BytesIO(plain.data)) as other:
        pairs = zip(ImageSequence.Iterator(one), ImageSequence.Iterator(other), strict=True)
        differences = [
            max(ImageStat.Stat(ImageChops.difference(a.convert("RGB"), b.convert("RGB"))).mean) for a, b in pairs
        ]
        assert "icc_profile" not in one.info
    assert min(differences) > 2


def test_what_it_costs_grows_with_frames_and_with_both_sizes() -> None:
    costs = [
        rendering.cost(*case, Format.WEBP)
        for case in [(10, (1000, 1000), (500, 400)), (20, (1000, 1000), (500, 400)), (10, (1000, 1000), (1000, 1000))]
    ]
    assert costs == pytest.approx([66.0, 132.0, 146.0])
    assert rendering.cost(10, (1000, 1000), (500, 400), Format.GIF) == pytest.approx(68.0)
    assert rendering.cost(1000, (1, 1), (1, 1), Format.GIF) == pytest.approx(300.0, abs=0.1)


NOISE = {  # what it takes longest to write: colours, transparency, and many frames however small
    "colours as GIF": (Format.GIF, "RGB", (300, 300), 6, 300),
    "transparency as WebP": (Format.WEBP, "RGBA", (16, 16), 12, 300),
    "many as GIF": (Format.GIF, "RGB", (24, 24), 150, 24),
    "many as WebP": (Format.WEBP, "RGBA", (24, 24), 150, 24),
}

TURNS = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM)


def noisy(mode: str, size: tuple[int, int], count: int) -> bytes:
    """Encode frames of which no two pixels are alike."""
    bands = Random(1)  # noqa: S311  # noise, no secret
    pixels = [bands.randbytes(size[0] * size[1] * len(mode)) for _ in range(count)]
    first, *others = (Image.frombytes(mode, size, frame) for frame in pixels)
    return build.encoded(first, "WEBP", save_all=True, append_images=others, duration=50)


@pytest.mark.parametrize("case", NOISE)
def test_even_noise_is_made_in_the_time_of_what_the_budget_admits(case: str) -> None:
    to, mode, size, count, side = NOISE[case]
    data = noisy(mode, size, count)
    share = rendering.cost(count, size, (side, side), to) / rendering.BUDGET
    begun = time.process_time()
    rendered(data, Spec(side, side, "cover", to, 92, use=Use.MOVING))
    assert time.process_time() - begun < MOVING_SECONDS * share


@pytest.mark.parametrize("to", [Format.GIF, Format.WEBP])
def test_what_would_take_too_many_bytes_has_fewer_frames_in_the_same_time(
    to: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = noisy("RGB", (48, 48), 10)
    whole = rendered(data, spec(to, 48, 48)).data
    monkeypatch.setattr(rendering, "MOST_BYTES", len(whole) * 3 // 5)
    made = rendered(data, spec(to, 48, 48)).data
    assert len(made) <= rendering.MOST_BYTES
    assert told(made)[1] == [100] * 5
    monkeypatch.setattr(rendering, "MOST_BYTES", 1)
    with Image.open(io.BytesIO(rendered(data, spec(to, 48, 48)).data)) as still:
        assert getattr(still, "n_frames", 1) == 1


@pytest.mark.parametrize(("colours", "most"), [(64, 0), (256, 7)])
def test_a_gif_keeps_few_colours_to_the_bit_and_as_many_as_it_can_hold_nearly(colours: int, most: int) -> None:
    bands = Random(2)  # noqa: S311  # noise, no secret
    table = bands.randbytes(3 * colours)
    first, other = (Image.frombytes("P", (48, 48), bytes(bands.choices(range(colours), k=48 * 48))) for _ in range(2))
    for frame in (first, other):
        frame.putpalette(table)
    plain = [frame.convert("RGB") for frame in (first, other)]
    data = build.encoded(plain[0], "WEBP", save_all=True, append_images=plain[1:], lossless=True, duration=50)
    with Image.open(io.BytesIO(rendered(data, spec(Format.GIF, 48, 48)).data)) as image:
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]
    apart = [ImageChops.difference(*pair).tobytes() for pair in zip(frames, plain, strict=True)]
    assert max(map(max, apart)) <= most


def test_a_gif_of_many_colours_looks_like_what_it_was_made_from() -> None:
    """A table for all animations would show steps where the picture has none."""
    slope = Image.linear_gradient("L").resize((96, 72))
    first, other = (Image.merge("RGB", (slope, slope.transpose(turn), slope.rotate(180))) for turn in TURNS)
    data = build.encoded(first, "WEBP", save_all=True, append_images=[other], lossless=True, duration=50)
    with Image.open(io.BytesIO(rendered(data, spec(Format.GIF, 96, 72)).data)) as image:
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]
    apart = [
        max(ImageStat.Stat(ImageChops.difference(*pair)).mean) for pair in zip(frames, (first, other), strict=True)
    ]
    assert max(apart) < 6
