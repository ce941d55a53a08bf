"""What the pipeline does with a photo of 12 megapixels, against sharp: processor time, and what there is to see.

sharp is installed by npm beside our virtualenv on first use (`BENCH_SHARP` names another folder); never shipped.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageMath

from imagehub.images.pipeline.editing.engine import Output, edited
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.render import Spec, Use, render
from imagehub.images.pipeline.sanitise import clean
from tests.benchmarks.contest import VENV
from tests.benchmarks.report import Measure, in_turn
from tests.corpus import build

VERSION = "0.35"
FOLDER = VENV.parent / "bench-sharp"
SMALL = Spec(400, 400, "inside", Format.WEBP)
AVIF = Spec(400, 400, "inside", Format.AVIF, 50)  # as in `presets`, which want settings
SMART = Spec(256, 256, "cover", Format.WEBP, focus="smart")
COPIES = [Spec(side, side, "inside", Format.JPEG, 85, use=Use.DECODED) for side in (2048, 1024)]  # as in `copies`
UPLOADED = (320, 640, 1280)
TIMES = 2  # a figure is the mean of so many
_PICTURES = frozenset({Format.JPEG})

Job = Callable[[], object]
Clock = Callable[[Job], Callable[[], float]]


class Sharp:
    """A process of node that does jobs over one picture."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self.folder = process, folder

    def cost(self, job: str) -> Callable[[], float]:
        """Measure milliseconds of processor time for a run of a job, of all its threads."""
        return lambda: float(self._asked(job, TIMES)["ms"])

    def made(self, job: str) -> bytes:
        """Return what a job makes."""
        self._asked(job, 1)
        return (self.folder / "made").read_bytes()

    def memory(self, job: str) -> float:
        """Return the MB that the process has taken at most after a job."""
        self._asked(job, 1)
        return _most(self._process.pid)

    def _asked(self, job: str, times: int) -> dict[str, float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"job": job, "input": str(self.folder / "photo.jpg"), "output": str(self.folder / "made")}
        self._process.stdin.write(json.dumps({**order, "times": times}) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))


@contextmanager
def over(photo: bytes) -> Iterator[Sharp]:
    """Start sharp for a picture."""
    folder = _installed()
    script = Path(__file__).with_suffix(".js")
    settings = os.environ | {"NODE_PATH": str(folder / "node_modules")}
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "photo.jpg").write_bytes(photo)
        command = ["node", str(script)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=settings, text=True, stdin=pipe, stdout=pipe) as process:
            try:
                yield Sharp(process, Path(place))
            finally:
                process.kill()


def measures(photo: bytes, recipe: Recipe, cost: Clock) -> Iterator[Measure]:
    """Yield the measures over a photo of 12 megapixels, and of the memory that one of 24 takes."""
    copy = functools.reduce(lambda data, spec: render(data, spec).data, COPIES, photo)
    with over(photo) as rival:

        def against(name: str, job: str, ours: Job, goal: str) -> Measure:
            return Measure(name, f"sharp: {job}", "ms CPU", *in_turn(cost(ours), rival.cost(job)), goal)

        yield against("P1 12 MP to 400 px WebP", "small", lambda: render(photo, SMALL), "<= 1.05")
        yield against("P2   from the working copy", "small", lambda: render(copy, SMALL), "<= 0.60")
        both = render(copy, SMALL).data, render(photo, SMALL).data
        yield _likeness("P2   SSIM against the original's", both, photo)
        yield against("P3 12 MP to 400 px AVIF", "avif", lambda: render(photo, AVIF), "<= 0.30")
        made = render(photo, AVIF).data, rival.made("avif")
        yield Measure("P3   its bytes", "sharp: avif", "KB", [len(made[0]) / 1000], [len(made[1]) / 1000], "<= 1.05")
        yield _likeness("P3   its SSIM", made, photo)
        yield against("P4 smart cut of 256 px", "smart", lambda: render(photo, SMART), "<= 0.90")
        edit = lambda: edited(photo, recipe, Output(Format.JPEG, 85), {})  # noqa: E731  # a name for two rows
        yield against("P5 recipe, one chain", "recipe", edit, "<= 0.55")
        yield against("P5 recipe, by an expert", "expert", edit, "<= 0.85")
        yield against("P6 upload and three sizes", "upload", lambda: _uploaded(photo), "<= 0.75")
    large = build.encoded(build.decoded(photo).resize((6000, 4000)), "JPEG", quality=88)
    with over(large) as rival:
        ours, theirs = _memory(rival.folder / "photo.jpg"), rival.memory("upload")
    yield Measure("P7   its memory, 24 MP", "sharp: upload", "MB", [ours], [theirs], "<= 0.80")


def _uploaded(photo: bytes) -> None:
    kept = clean(photo, formats=_PICTURES, limits=Limits()).data
    for width in UPLOADED:
        render(kept, Spec(width, 16_383, "inside", Format.WEBP))


def _memory(photo: Path) -> float:
    """Return the MB that a process of ours takes at most for an upload."""
    command = [sys.executable, "-m", "tests.benchmarks.sharp", str(photo)]
    return float(subprocess.check_output(command, text=True))


def _most(pid: int) -> float:
    """Return the MB that a process has taken at most; not its `ru_maxrss`, which counts whoever started it as well."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _likeness(name: str, pictures: tuple[bytes, bytes], photo: bytes) -> Measure:
    """Compare how like the photo's best reduction two pictures are."""
    best = build.decoded(photo).resize((400, 300), Image.Resampling.LANCZOS)
    ours, theirs = (ssim(build.decoded(data), best) for data in pictures)
    return Measure(name, "a reduction without loss", "SSIM", [ours], [theirs], ">= 0.995")


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return the structural similarity of two pictures' brightness (Wang et al. 2004, windows of 8 points)."""
    x, y = (picture.convert("L").convert("F") for picture in (one, other))
    first, second = (0.01 * 255) ** 2, (0.03 * 255) ** 2

    def times(a: Image.Image, b: Image.Image) -> Image.Image:
        product: Image.Image = ImageMath.lambda_eval(lambda names: names["a"] * names["b"], a=a, b=b)
        return product

    terms = {
        "x": _mean(x),
        "y": _mean(y),
        "xx": _mean(times(x, x)),
        "yy": _mean(times(y, y)),
        "xy": _mean(times(x, y)),
    }
    found = ImageMath.lambda_eval(
        lambda t: (
            (2 * t["x"] * t["y"] + first)
            * (2 * (t["xy"] - t["x"] * t["y"]) + second)
            / (
                (t["x"] * t["x"] + t["y"] * t["y"] + first)
                * (t["xx"] - t["x"] * t["x"] + t["yy"] - t["y"] * t["y"] + second)
            )
        ),
        **terms,
    )
    return float(found.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)))


def _mean(image: Image.Image) -> Image.Image:
    """Return the means of all windows of 8 x 8 points."""
    width, height = image.size
    small = (max(1, width - 8), max(1, height - 8))
    parts = [image.crop((dx, dy, dx + small[0], dy + small[1])) for dx in range(8) for dy in range(8)]
    total = parts[0]
    for part in parts[1:]:
        total = ImageMath.lambda_eval(lambda names: names["a"] + names["b"], a=total, b=part)
    mean: Image.Image = ImageMath.lambda_eval(lambda names: names["a"] / 64, a=total)
    return mean


def _installed() -> Path:
    """Return the folder that sharp is installed in, which is made on first use."""
    folder = Path(os.environ.get("BENCH_SHARP", FOLDER))
    if not (folder / "node_modules" / "sharp").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.check_call(["npm", "install", "--silent", "--prefix", str(folder), f"sharp@{VERSION}"])
    return folder


if __name__ == "__main__":
    _uploaded(Path(sys.argv[1]).read_bytes())
    sys.stdout.write(f"{_most(os.getpid())}\n")
