"""Runs of our worker and of others, each in a process tree of its own, told to begin together."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.running import plain_environment

CONNECTIONS = 20  # altogether, half of them to a host: what ours has unless told otherwise
ROOT = Path(__file__).resolve().parents[2]
_WORKER = [sys.executable, "-m", "tests.benchmarks.worker"]
VENV = ROOT / ".venv" / "bench"  # beside ours rather than in it: nothing of it is ever installed with the product


@dataclass(frozen=True)
class Run:
    """What one run took, and what it brought."""

    seconds: float
    cpu: float  # seconds of processor time, of all its processes
    kept: int  # pictures
    memory: float  # MB at most, of its first process
    whole: float  # MB at most, of all its processes, shared pages counted once; 0 where nobody looked
    told: Mapping[str, Any]

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.kept / self.seconds

    @property
    def cost(self) -> float:
        """Seconds of processor time for a thousand pictures."""
        return 1000 * self.cpu / self.kept


@dataclass(frozen=True)
class Task:
    """What is to be harvested, and how."""

    documents: Sequence[Sequence[str]]
    timeout: int = 30
    retries: int = 3
    connections: int = CONNECTIONS
    collection: str = "hotels"

    @property
    def settings(self) -> dict[str, str]:
        """Our settings for it."""
        return {
            "OUTBOUND_ALLOW": "127.0.1.0/24:*",
            "DOWNLOAD_TIMEOUT": str(self.timeout),
            "MAX_RETRIES": str(self.retries),
            "MAX_CONCURRENT_DOWNLOADS": str(self.connections),
            "MAX_CONNECTIONS_PER_HOST": str(self.connections // 2),
        }


class Hub:
    """An installation of ours with nothing in it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.settings = plain_environment() | {
            "DJANGO_SETTINGS_MODULE": "imagehub.settings",
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "ERROR",
            **settings,
        }
        subprocess.check_call([sys.executable, "manage.py", "migrate", "-v0"], env=self.settings, cwd=ROOT)
        self.folder = folder

    def run(self, task: Task, **settings: str) -> Run:
        """Harvest in a copy of the installation that nobody keeps."""
        with copied(self.folder) as folder:
            return _worked(task, self.settings | settings | {"DATA_DIR": str(folder)})

    def crew(self, task: Task, **settings: str) -> Run:
        """Harvest likewise with two workers, as `compose.yaml` has them, of which each has half of the connections."""
        with copied(self.folder) as folder:
            halves = replace(task, connections=task.connections // 2)
            return _worked(halves, self.settings | settings | {"DATA_DIR": str(folder)}, workers=2)

    def again(self, task: Task, folder: Path | None = None, *, workers: int = 1) -> Run:
        """Harvest in the installation as it is, or in a copy of it, with some workers at once."""
        return _worked(task, self.settings | {"DATA_DIR": str(folder or self.folder)}, workers)

    def watched(self, task: Task) -> Run:
        """Harvest in a copy with a worker who did not ask for it, and look how much memory that takes."""
        with copied(self.folder) as folder:
            settings = self.settings | task.settings | {"DATA_DIR": str(folder)}
            with _written(task) as path:
                together([[*_WORKER, str(path), task.collection, "only"]], settings)
            return together([_WORKER], settings, watched=True)


def _worked(task: Task, settings: Mapping[str, str], workers: int = 1) -> Run:
    with _written(task) as path:
        asked = [[*_WORKER, str(path), task.collection], *[_WORKER] * (workers - 1)]
        return together(asked, {**settings, **task.settings})


@contextmanager
def _written(task: Task) -> Iterator[Path]:
    """Give a file with the documents of a task."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "documents.json"
        path.write_text(json.dumps(task.documents), encoding="utf-8")
        yield path


def rival(name: str) -> Callable[[Task], Run]:
    """Return how another tool harvests."""

    def run(task: Task) -> Run:
        with _written(task) as path:
            options = {
                "documents": str(path),
                "folder": str(path.parent),
                "connections": task.connections,
                "timeout": task.timeout,
                "retries": task.retries,
            }
            command = [str(_installed()), "-m", "tests.benchmarks.rivals", name, json.dumps(options)]
            return together([command], plain_environment())

    return run


def together(commands: Sequence[Sequence[str]], environment: Mapping[str, str], *, watched: bool = False) -> Run:
    """Start processes, let them begin at once, and add up what they tell."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    started = [
        subprocess.Popen(command, env=dict(environment), stderr=subprocess.DEVNULL, **pipes) for command in commands
    ]
    for process in started:
        while (process.stdout.readline() if process.stdout else "") != "ready\n":
            assert process.poll() is None, process.args
    with watching([process.pid for process in started] if watched else []) as seen:
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate()[0] for process in started]
    return _added_up([json.loads(lines.strip().splitlines()[-1]) for lines in said], max(seen, default=0.0))


def _added_up(told: Sequence[Mapping[str, Any]], whole: float) -> Run:
    return Run(
        max(one["ended"] for one in told) - min(one["began"] for one in told),
        sum(one["cpu"] for one in told),
        max(one["kept"] for one in told),
        max(one["memory"] for one in told),
        whole,
        told[0],
    )


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Give a copy of a folder for a while."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(shutil.copytree(folder, Path(place) / "data"))


@contextmanager
def watching(pids: Sequence[int]) -> Iterator[list[float]]:
    """Look twice a second how many MB some processes and their children take."""
    seen: list[float] = []
    over = threading.Event()

    def look() -> None:
        while pids and not over.wait(0.5):
            seen.append(sum(_memory(pid) for root in pids for pid in tree(root)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def tree(root: int) -> list[int]:
    """Return a process and all below it."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(root)], capture_output=True, text=True, check=False)
    return [root, *(pid for child in found.stdout.split() for pid in tree(int(child)))]


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _installed() -> Path:
    """Return the Python of the others' virtualenv, which is made on first use."""
    python = Path(os.environ.get("BENCH_VENV", VENV)) / "bin" / "python"
    if not python.exists():
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        subprocess.check_call([sys.executable, "-m", "venv", str(python.parents[1])])
        wanted = project["optional-dependencies"]["bench"]
        subprocess.check_call([str(python), "-m", "pip", "--quiet", "install", *wanted])
    return python
