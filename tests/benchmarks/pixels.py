"""Judging, cleaning and rendering pictures, against what plain Pillow code does with the same bytes."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from imagehub.images.decoders import Decoders
from imagehub.images.pipeline import jpeg
from imagehub.images.pipeline.editing.engine import Output, edited
from imagehub.images.pipeline.editing.grammar import read
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe
from imagehub.images.pipeline.provenance import with_claims_of
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.render import Spec, render
from imagehub.images.pipeline.sanitise import clean
from imagehub.images.pipeline.shrink import shrunk
from tests.benchmarks import sharp
from tests.benchmarks.report import Measure, in_turn
from tests.corpus import build
from tests.corpus import generated as foreign
from tests.corpus.scenes import scene

PICTURES = frozenset({Format.JPEG, Format.PNG, Format.WEBP})
RECIPE = read(
    [
        {"op": "orient"},
        {"op": "crop", "x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8},
        {"op": "rotate", "degrees": 7},
        {"op": "resize", "width": 1200},
        {"op": "brightness", "value": 1.1},
        {"op": "contrast", "value": 1.1},
        {"op": "saturation", "value": 1.2},
        {"op": "sharpen", "amount": 0.8},
        {"op": "text", "text": "ImageHub", "x": 0.1, "y": 0.1},
    ]
)
SMALL = Spec(400, 400, "inside", Format.WEBP)


def measures() -> Iterator[Measure]:
    """Yield each measure as it is ready; times are processor time of this process unless said otherwise."""
    photo = noisy_photo()
    turned = build.with_segments(photo, build.segment(0xE1, build.exif(6)))
    yield _compare("strip 3 MB losslessly", lambda: jpeg.strip(photo, b""), lambda: _saved_again(photo))
    yield _compare("judge, strip, decode 12 MP", lambda: _cleaned(photo), lambda: _loaded(photo), "load()")
    yield _compare("the same, lying on its side", lambda: _cleaned(turned), lambda: _turned(turned), "exif_transpose")
    yield _compare("12 MP to 400 px WebP", lambda: render(photo, SMALL), lambda: _resized(photo), "resize, save")
    yield _compare(
        "12 MP through a recipe, 1200 px JPEG",
        lambda: _edited(photo),
        lambda: _edited_in_turn(photo),
        "each step in turn",
    )
    yield _refusal()
    yield _crossing()
    yield _marks()
    yield from _shrinking()
    yield from sharp.measures(photo, RECIPE, cost)


def noisy_photo() -> bytes:
    """Draw 12 megapixels with the detail and the weight of a photo, about 3 MB."""
    grain = Image.effect_noise((1000, 750), 40).resize((4000, 3000), Image.Resampling.BICUBIC)
    other = grain.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = Image.merge("RGB", (grain, build.picture("L", (4000, 3000)), other))
    return build.encoded(image, "JPEG", quality=88)


def _compare(
    name: str, ours: Callable[[], object], theirs: Callable[[], object], how: str = "save, quality=keep"
) -> Measure:
    return Measure(name, f"Pillow: {how}", "ms CPU", *in_turn(cost(ours), cost(theirs)), "<= 1.00")


def cost(
    job: Callable[[], object], times: int = 1, clock: Callable[[], float] = time.process_time
) -> Callable[[], float]:
    """Measure milliseconds for one run of the job, of processor time or by another clock."""

    def run() -> float:
        started = clock()
        for _ in range(times):
            job()
        return (clock() - started) * 1000 / times

    return run


def _refusal() -> Measure:
    bomb = build.flat_png((65_500, 65_500))
    figures = in_turn(cost(lambda: _refused(bomb), 200), lambda: 1.0)
    return Measure("refuse a bomb of 4 MB", "one millisecond", "ms CPU", *figures, "<= 1.00")


def _crossing() -> Measure:
    tiny = build.encoded(build.picture(size=(8, 8)), "PNG")
    with Decoders() as children:
        there = cost(lambda: children.clean(tiny, formats=PICTURES, limits=Limits()), 100, time.perf_counter)
        here = cost(lambda: _cleaned(tiny), 100, time.perf_counter)
        ours, theirs = in_turn(there, here)
    extra = [a - b for a, b in zip(ours, theirs, strict=True)]
    return Measure("to a child and back, 8 x 8 PNG", "two milliseconds", "ms", extra, [2.0] * len(extra), "<= 1.00")


def _marks() -> Measure:
    """Measure what it costs an upload to look for marks in a photo that has a camera's metadata and a packet."""
    plain = build.photo(1, side=760)
    packet = build.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + foreign.packet("digitalCapture"))
    photo = build.with_segments(plain, build.segment(0xE1, build.exif(1)) + packet)
    made = clean(photo, formats=PICTURES, limits=Limits())
    with_marks = cost(lambda: with_claims_of(photo, made), 50)
    without = cost(lambda: _cleaned(photo), 5)
    reading, cleaning = in_turn(with_marks, without, 15)
    both = [a + b for a, b in zip(reading, cleaning, strict=True)]
    return Measure("judge, strip and look for marks", "judge, strip", "ms CPU", both, cleaning, "<= 1.03")


def _shrinking() -> Iterator[Measure]:
    """Measure five scenes of 1024 pixels in fewer bytes, checked pixel by pixel, as one job."""
    scenes = [scene(number).resize((1024, 1024), Image.Resampling.BICUBIC) for number in range(5)]
    usual = [build.encoded(image, "PNG") for image in scenes]
    few = [shrunk(data) or data for data in usual]
    sizes = [len(data) / 1000 for data in few], [len(data) / 1000 for data in usual]
    yield Measure("1024 px PNG in fewer bytes", "Pillow: save", "KB", *sizes, "<= 0.93")
    times = in_turn(
        cost(lambda: [shrunk(data) for data in usual]), cost(lambda: [build.encoded(image, "PNG") for image in scenes])
    )
    yield Measure("  its time", "Pillow: save", "ms CPU", *times, "<= 1.25")


def _cleaned(data: bytes) -> object:
    return clean(data, formats=PICTURES, limits=Limits())


def _refused(data: bytes) -> None:
    with suppress(Refusal):
        probe(data, formats=PICTURES, limits=Limits())


def _loaded(data: bytes) -> object:
    return Image.open(io.BytesIO(data)).load()


def _saved_again(data: bytes) -> bytes:
    return build.encoded(Image.open(io.BytesIO(data)), "JPEG", quality="keep")


def _turned(data: bytes) -> bytes:
    return build.encoded(ImageOps.exif_transpose(Image.open(io.BytesIO(data))), "JPEG", quality=95)


def _edited(data: bytes) -> object:
    return edited(data, RECIPE, Output(Format.JPEG, 85), {})


def _edited_in_turn(data: bytes) -> bytes:
    image: Image.Image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    image = image.crop((400, 300, 3600, 2700)).rotate(-7, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    image = image.resize((1200, round(1200 * image.height / image.width)), Image.Resampling.LANCZOS)
    for kind, factor in ((ImageEnhance.Brightness, 1.1), (ImageEnhance.Contrast, 1.1), (ImageEnhance.Color, 1.2)):
        image = kind(image).enhance(factor)
    image = image.filter(ImageFilter.UnsharpMask(1, 80, 0))
    ImageDraw.Draw(image).text((120, 96), "ImageHub", fill="white", font=ImageFont.load_default(48))
    return build.encoded(image, "JPEG", quality=85, optimize=True, progressive=True)


def _resized(data: bytes) -> bytes:
    return build.encoded(Image.open(io.BytesIO(data)).resize((400, 300), Image.Resampling.LANCZOS), "WEBP", quality=80)
