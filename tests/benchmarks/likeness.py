"""How well copies of a picture are recognised, and how fast they are found among a million.

Recall is of pictures that were changed as thieves change them, saved as JPEG and judged as uploads are;
strangers are all pairs of different pictures. Ours is set against a bound instead of another program.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import combinations

from PIL import Image, ImageDraw, ImageFont

from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.likeness import DISTANCE, distance, likeness, mirrored
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import clean
from tests import servers
from tests.benchmarks.pixels import cost
from tests.benchmarks.report import Measure, in_turn
from tests.corpus.build import encoded
from tests.corpus.scenes import scene
from tests.programs import Missing

PICTURES = 240
ROWS = 1_000_000
JPEG = frozenset({Format.JPEG})
PERCENT = 100.0
GOALS = {"look-up of a copy": "<= 1.00", "look-up in a crowd": "-"}

Change = Callable[[Image.Image], Image.Image]


def measures() -> Iterator[Measure]:
    """Yield each measure as it is ready."""
    pictures = [scene(number) for number in range(PICTURES)]
    likenesses = [_likeness(picture, 90) for picture in pictures]
    for name, (change, quality, goal) in CHANGES.items():
        changed = [_likeness(change(picture), quality) for picture in pictures]
        yield _recall(name, likenesses, changed, goal)
    yield _strangers(likenesses)
    yield _hashing(pictures[0].resize((64, 64)))
    yield from _look_ups()


def _likeness(picture: Image.Image, quality: int) -> int | None:
    return clean(encoded(picture, "JPEG", quality=quality), formats=JPEG, limits=Limits()).likeness


def _recall(name: str, likenesses: list[int | None], changed: list[int | None], goal: str) -> Measure:
    pairs = zip(likenesses, changed, strict=True)
    found = sum(_is_near(one, other) for one, other in pairs) * PERCENT / len(likenesses)
    return Measure(name, f"all of {PICTURES}, {DISTANCE} bits", "% found", [found], [PERCENT], goal)


def _is_near(one: int | None, other: int | None) -> bool:
    if one is None or other is None:
        return False
    return min(distance(one, other), distance(mirrored(one), other)) <= DISTANCE


def _strangers(likenesses: list[int | None]) -> Measure:
    pairs = list(combinations(likenesses, 2))
    taken = sum(_is_near(one, other) for one, other in pairs) * PERCENT / len(pairs)
    return Measure("strangers taken for a copy", f"1 in 10,000 of {len(pairs)}", "%", [taken], [0.01], "<= 1.00")


def _hashing(small: Image.Image) -> Measure:
    figures = in_turn(cost(lambda: likeness(small, small.size), 200), lambda: 1.5)
    return Measure("likeness of a small picture", "1.5 ms", "ms CPU", *figures, "<= 1.00")


def _look_ups() -> Iterator[Measure]:
    """Look up among a million rows on each database, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        places = {"SQLite": {"DATA_DIR": folder}}
        try:
            places["MariaDB"] = {"DATA_DIR": folder, **_on_mariadb(stack)}
        except Missing as missing:
            sys.stderr.write(f"SKIPPED: look-ups on MariaDB, because {missing} is not installed\n")
        for name, place in places.items():
            command = [sys.executable, "-m", "tests.benchmarks.lookup", str(ROWS)]
            written = subprocess.check_output(command, env=os.environ | place, text=True)
            for kind, took in json.loads(written).items():
                yield Measure(f"{kind}, {name}", f"50 ms, {ROWS:,} rows", "ms", took, [50.0] * len(took), GOALS[kind])


def _on_mariadb(stack: ExitStack) -> dict[str, str]:
    place = stack.enter_context(servers.mariadb())
    servers.make_database(place["DATABASE_URL"], "imagehub")
    return {"SECRET_KEY": "for-measures-" + "x" * 50, **place}


def _without(across: float, down: float) -> Change:
    """Cut such parts off: equally of both sides, or of the far ones only where they are negative."""

    def cropped(picture: Image.Image) -> Image.Image:
        wide, high = picture.width * abs(across), picture.height * abs(down)
        left, top = (wide / 2 if across > 0 else 0), (high / 2 if down > 0 else 0)
        return picture.crop((int(left), int(top), int(picture.width - wide + left), int(picture.height - high + top)))

    return cropped


def _third(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 3, picture.height // 3), Image.Resampling.LANCZOS)


def _marked(picture: Image.Image) -> Image.Image:
    """Write a name across the middle, half transparent, and an address into the corner."""
    layer = Image.new("RGBA", picture.size)
    pen, (width, height) = ImageDraw.Draw(layer), picture.size
    big, small = ImageFont.load_default(width // 9), ImageFont.load_default(width // 24)
    pen.text((width // 2, height // 2), "© listings.example", font=big, fill=(255, 255, 255, 130), anchor="mm")
    pen.text((width - 10, height - 10), "www.example.org", font=small, fill=(255, 255, 255, 220), anchor="rb")
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


CHANGES: dict[str, tuple[Change, int, str]] = {
    "re-compressed at quality 40": (lambda picture: picture, 40, ">= 0.99"),
    "resized to a third": (_third, 75, ">= 0.99"),
    "cropped 5 % around the middle": (_without(0.05, 0.05), 80, ">= 0.95"),
    "cropped 5 % at one side": (_without(-0.05, 0), 80, "-"),
    "cropped 5 % at two sides": (_without(-0.05, -0.05), 80, "-"),
    "watermarked": (_marked, 80, ">= 0.90"),
    "mirrored": (lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 80, ">= 0.99"),
}
