"""Renditions over HTTP, against thumbor with its result storage: processor time of the whole server for each request.

thumbor is installed by pip beside our virtualenv on first use (`BENCH_THUMBOR` names another one); never shipped.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.benchmarks.contest import ROOT, VENV, tree
from tests.benchmarks.http import wait_for
from tests.benchmarks.load import get, rate
from tests.benchmarks.pixels import noisy_photo
from tests.benchmarks.report import Measure
from tests.corpus import build
from tests.running import plain_environment
from tests.servers import free_port

VERSION = "7.8"
FOLDER = VENV.parent / "bench-thumbor"
ROUNDS = 5
VIEWS = 400  # of what is stored, a round
QUALITIES = ("", ";q:low", ";q:best")
NAMES = [f"{size}{quality}" for size in ("w320", "thumb") for quality in QUALITIES]
_SETTINGS = """
RESPECT_ORIENTATION = True
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = "{folder}"
STORAGE = "thumbor.storages.no_storage"
RESULT_STORAGE = "thumbor.result_storages.file_storage"
RESULT_STORAGE_STORES_UNSAFE = True
RESULT_STORAGE_FILE_STORAGE_ROOT_PATH = "{folder}/results"
"""
_STORE = """
import django; django.setup()
import sys
from pathlib import Path
from accounts.models import User
from imagehub.images import copies, services
from imagehub.images.models import Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.quotas import UNLIMITED
from django.db import transaction
owner = User.objects.create_user("bench", "bench@example.org")
for name in ("turned", "large"):
    data = Path(sys.argv[1], f"{name}.jpg").read_bytes()
    clean = services.judge(data, formats=frozenset({Format.JPEG}), limits=Limits(bytes=1 << 25))
    with services.stored(clean, key=f"images/users/bench/{name}.jpg") as stored, transaction.atomic():
        image = services.ingest(stored, owner=owner, source=Source.LIBRARY, quota=UNLIMITED)
        services.publish(type(image).objects.filter(pk=image.pk))
    if name == "large":
        copies.make(image)
    print(image.public_id)
"""


@dataclass(frozen=True)
class Server:
    """A server under measurement."""

    pid: int
    port: int

    def cost(self, path: str, times: int = 1) -> float:
        """Return milliseconds of processor time of all its processes for a view."""
        before = self._spent()
        rate(self.port, get(path, {"Accept": "image/webp"}), requests=times, clients=1, expected=200)
        return (self._spent() - before) * 1000 / times

    def _spent(self) -> float:
        return sum(_seconds(pid) for pid in tree(self.pid))


def measures() -> Iterator[Measure]:
    """Serve both for as long as it takes; yield each measure as it is ready."""
    photo = noisy_photo()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        turned = build.with_segments(photo, build.segment(0xE1, build.exif(6)))
        (folder / "turned.jpg").write_bytes(turned)
        large = build.decoded(photo).resize((6000, 4000), Image.Resampling.BICUBIC)
        (folder / "large.jpg").write_bytes(build.encoded(large, "JPEG", quality=88))
        with _ours(folder) as (ours, ids), _theirs(folder) as theirs:
            yield _first("H1 new size, turned 12 MP", (ours, ids[0]), (theirs, "turned"), "<= 0.25")
            yield _first("H2 new size, 24 MP, kept copy", (ours, ids[1]), (theirs, "large"), "<= 0.20")
            yield _again((ours, ids[0]), (theirs, "turned"))


def _first(name: str, ours: tuple[Server, str], theirs: tuple[Server, str], goal: str) -> Measure:
    """Ask each for sizes that it has not made; the first view warms both up and isn't counted."""
    mine = [ours[0].cost(_path(ours[1], wish)) for wish in NAMES][1:]
    other = [theirs[0].cost(_unsafe(theirs[1], 80 + number)) for number in range(len(NAMES))][1:]
    return Measure(name, "thumbor", "ms CPU", mine, other, goal)


def _again(ours: tuple[Server, str], theirs: tuple[Server, str]) -> Measure:
    pairs = [
        (ours[0].cost(_path(ours[1], "w320"), VIEWS), theirs[0].cost(_unsafe(theirs[1], 80), VIEWS))
        for _ in range(ROUNDS)
    ]
    mine, other = [one for one, _ in pairs], [one for _, one in pairs]
    return Measure("H3 a stored rendition", "thumbor: stored", "ms CPU", mine, other, "<= 0.60")


def _path(image_id: str, name: str) -> str:
    return f"/i/{image_id}/{name}.webp"


def _unsafe(name: str, quality: int) -> str:
    return f"/unsafe/320x0/filters:format(webp):quality({quality})/{name}.jpg"


@contextmanager
def _ours(folder: Path) -> Iterator[tuple[Server, Sequence[str]]]:
    settings = plain_environment() | {
        "DJANGO_SETTINGS_MODULE": "imagehub.settings",
        "DATA_DIR": str(folder / "data"),
        "LOG_LEVEL": "ERROR",
    }
    subprocess.check_call([sys.executable, "manage.py", "migrate", "-v0"], env=settings, cwd=ROOT)
    told = subprocess.check_output([sys.executable, "-c", _STORE, str(folder)], env=settings, cwd=ROOT, text=True)
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--no-access-log"]
    command = [sys.executable, "-m", "granian", *options, "--log-level", "error", "imagehub.wsgi:application"]
    with _serving(lambda port: [*command, "--port", str(port)], settings) as server:
        yield server, told.split()


@contextmanager
def _theirs(folder: Path) -> Iterator[Server]:
    settings = folder / "thumbor.conf"
    settings.write_text(_SETTINGS.format(folder=folder), encoding="utf-8")
    command = [str(_installed()), "--ip", "127.0.0.1", "--conf", str(settings), "--log-level", "error"]
    with _serving(lambda port: [*command, "--port", str(port)], plain_environment()) as server:
        yield server


@contextmanager
def _serving(command: Callable[[int], Sequence[str]], environment: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(command(port), env=environment, cwd=ROOT)
    try:
        wait_for(port)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(20)


def _seconds(pid: int) -> float:
    """Return the processor time of a process: by its own clock (clock_getcpuclockid), whose ticks are no hundredths."""
    return time.clock_gettime(~pid << 3 | 2)


def _installed() -> Path:
    folder = Path(os.environ.get("BENCH_THUMBOR", FOLDER))
    if not (folder / "bin" / "thumbor").exists():
        subprocess.check_call([sys.executable, "-m", "venv", str(folder)])
        subprocess.check_call([str(folder / "bin" / "pip"), "--quiet", "install", f"thumbor=={VERSION}.*"])
    return folder / "bin" / "thumbor"
