"""Harvests with everything on, against the tools that others harvest with, from twenty hosts on the loopback.

Everything of ours is on: limits of hosts, robots.txt, retries, judged pictures, digests, durable files, rows and
`metadata.json`. Nearby we harvest with two workers where img2dataset does with two processes. Runs take turns; seconds
and processor time count from the moment at which a process whose libraries are loaded is told to begin, and all
processes that it starts count. The environment may name how many ADDRESSES a run has and how many ROUNDS there are;
BENCH_VENV is where the others are installed.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from imagehub.lib import env
from tests import servers
from tests.benchmarks import origin, report
from tests.benchmarks.contest import Hub, Run, Task, copied, rival
from tests.benchmarks.report import Measure

ADDRESSES = env.integer("ADDRESSES", 2000, minimum=100)
ROUNDS = env.integer("ROUNDS", report.ROUNDS, minimum=1)
ONE_FAILS_IN = 50
FAR = min(ADDRESSES, 600)  # of those far away: img2dataset waits 90 s for each that drips, however many there are
FEW, MANY = 1_000, env.integer("MANY_ADDRESSES", 100_000)
SMALL = 64  # pixels, of pictures that are only counted
Runs = Mapping[str, list[Run]]
Runner = Callable[[Task], Run]


@dataclass(frozen=True)
class Ground:
    """What every measure stands on."""

    folder: Path
    photos: list[bytes]
    hub: Hub


def measures() -> Iterator[Measure]:
    """Draw the photos, install an empty product, and yield each measure as it is ready."""
    with tempfile.TemporaryDirectory() as place:
        ground = _ground(Path(place))
        yield from _validated(ground)
        yield from _by_structure(ground)
        yield from _again(ground)
        yield from _far_and_failing(ground)
        yield from _two_workers(ground)
        yield from _memory(Path(place))


def _ground(place: Path) -> Ground:
    for name in ("photos", "hub"):
        (place / name).mkdir()
    return Ground(place / "photos", origin.photos(place / "photos"), Hub(place / "hub"))


def _validated(ground: Ground) -> Iterator[Measure]:
    with _near(ground) as (port, _):
        task = Task(origin.documents(port, ADDRESSES))
        found = _in_turn(task, {"ours": ground.hub.crew, **_rivals("img2dataset", "scrapy images")})
    assert all(run.kept == ADDRESSES for runs in found.values() for run in runs), found
    best = max(("img2dataset", "scrapy images"), key=lambda name: sum(run.rate for run in found[name]))
    other = "scrapy images" if best == "img2dataset" else "img2dataset"
    yield _rates("V1 fully decoded", found, best, ">= 2.0")
    yield _costs("V1 processor time", found, best, "<= 0.55")
    yield _rates("V1 fully decoded", found, other, "-")
    yield _costs("V1 processor time", found, other, "-")


def _by_structure(ground: Ground) -> Iterator[Measure]:
    def ours(task: Task) -> Run:
        return ground.hub.crew(task, HARVEST_VALIDATION="structure")

    with _near(ground) as (port, _):
        task = Task(origin.documents(port, ADDRESSES))
        found = _in_turn(task, {"ours": ours, **_rivals("img2dataset raw", "scrapy files")})
    assert all(run.kept == ADDRESSES for runs in found.values() for run in runs), found
    for name, goals in {"img2dataset raw": (">= 2.5", "<= 0.4"), "scrapy files": ("-", "-")}.items():
        yield _rates("V2 judged by structure", found, name, goals[0])
        yield _costs("V2 processor time", found, name, goals[1])


def _again(ground: Ground) -> Iterator[Measure]:
    """Harvest twice into the same installation, the second time with nothing changed."""
    first, second = [], []
    for _ in range(ROUNDS):
        with _near(ground) as (port, log), copied(ground.hub.folder) as folder:
            task = Task(origin.documents(port, ADDRESSES))
            first.append(ground.hub.again(task, folder))
            log.write_bytes(b"")
            second.append(ground.hub.again(task, folder))
            answers = origin.answers(log)
        assert (second[-1].told["unchanged"], answers["304"], answers["200"]) == (ADDRESSES, ADDRESSES, 0), answers
    found = {"ours": second, "its first harvest": first}
    yield _rates("V5 nothing has changed", found, "its first harvest", ">= 3.0")


def _far_and_failing(ground: Ground) -> Iterator[Measure]:
    with origin.far(ground.photos) as site:
        task = Task(origin.documents(site.port, FAR, ONE_FAILS_IN), timeout=2, retries=2)
        found = _in_turn(task, {"ours": ground.hub.run, **_rivals("scrapy images", "img2dataset")})
    assert all(run.kept == FAR - FAR // ONE_FAILS_IN for run in found["ours"]), found
    yield _rates("V3 50 ms away, 2 % fail", found, "scrapy images", ">= 1.7")
    yield _rates("V3 50 ms away, 2 % fail", found, "img2dataset", ">= 10")


def _two_workers(ground: Ground) -> Iterator[Measure]:
    """Harvest on MariaDB and Redis with one worker and with two, of which each has half of what waiting costs."""
    with origin.far(ground.photos) as site, ExitStack() as stack:
        found = stack.enter_context(servers.mariadb()) | stack.enter_context(servers.redis())
        servers.make_database(found["DATABASE_URL"], "imagehub")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hub = Hub(folder, **found, SECRET_KEY="s" * 50, HARVEST_VALIDATION="structure")
        runners: dict[str, Runner] = {
            "ours": lambda task: hub.again(task, workers=2),
            "one worker": hub.again,
        }
        documents = origin.documents(site.port, 2 * ADDRESSES)  # for a worker lays a thousand on its bench
        runs = _in_turns(lambda turn: Task(documents, connections=10, collection=f"turn{turn}"), runners)
    yield _rates("two workers, 50 ms away", runs, "one worker", ">= 1.7")


def _memory(place: Path) -> Iterator[Measure]:
    """Harvest few and many small pictures with one worker; MB of its process, and of its decoders too."""
    (place / "small").mkdir()
    origin.photos(place / "small", SMALL)
    ground = Ground(place / "small", [], Hub(place / "hub"))
    with _near(ground) as (port, _):
        few, many = (ground.hub.watched(Task(origin.documents(port, count))) for count in (FEW, MANY))
    baseline = f"{FEW:,} addresses"
    yield Measure(f"V4 {MANY:,} addresses", baseline, "MB", [many.memory], [few.memory], "<= 150 MB")
    yield Measure("V4 with its decoders", baseline, "MB", [many.whole], [few.whole], "<= 1.2")


@contextmanager
def _near(ground: Ground) -> Iterator[tuple[int, Path]]:
    with tempfile.NamedTemporaryFile() as log, origin.near(ground.folder, Path(log.name)) as port:
        yield port, Path(log.name)


def _rivals(*names: str) -> dict[str, Runner]:
    return {name: rival(name) for name in names}


def _in_turn(task: Task, runners: Mapping[str, Runner]) -> Runs:
    return _in_turns(lambda _: task, runners)


def _in_turns(task: Callable[[int], Task], runners: Mapping[str, Runner]) -> Runs:
    """Run each in its turn, as often as there are rounds; every run has a number of its own."""
    found: dict[str, list[Run]] = {name: [] for name in runners}
    for turn in range(ROUNDS * len(runners)):
        name = list(runners)[turn % len(runners)]
        found[name].append(runners[name](task(turn)))
    return found


def _rates(name: str, runs: Runs, baseline: str, goal: str) -> Measure:
    return _measure(name, runs, baseline, goal, ("/s", "rate"))


def _costs(name: str, runs: Runs, baseline: str, goal: str) -> Measure:
    return _measure(name, runs, baseline, goal, ("s/1000", "cost"))


def _measure(name: str, runs: Runs, baseline: str, goal: str, what: tuple[str, str]) -> Measure:
    unit, figure = what
    ours, theirs = (list(map(attrgetter(figure), runs[who])) for who in ("ours", baseline))
    return Measure(name, baseline, unit, ours, theirs, goal)
