"""What each operation costs every part of an installation, and what follows from that for its size.

`python -m tests.benchmarks capacity` runs the installation of compose.yaml, writes what it has measured into
`costs.json`, and prints the tables of README.md, which follow from that. Processor time is counted, not time that
passes, so that other work on the machine makes little difference.
"""

import http.client
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import orjson

from tests.benchmarks import bearing
from tests.benchmarks.bearing import COSTS, PARTS, Cost
from tests.corpus.build import photo
from tests.deployed.topology import ADA, Deployment, deployed
from tests.running import MULTIPART, multipart

REQUESTS = int(os.environ.get("REQUESTS", "150"))  # of each operation
PICTURES = 20  # in the list
SETTLING = 3.0  # seconds in which the background finishes what the requests began
KINDS = {"pages": "pages", "worker": "workers", "harvester": "workers", "clock": "workers", "database": "database"}
KINDS |= {"redis": "redis", "sockets": "sockets"}
Spent = dict[str, float]


class Meter:
    """Reads what the parts of an installation have used so far."""

    def __init__(self, hub: Deployment) -> None:
        self._hub = hub
        place = dj_database_url.parse(hub.environment["DATABASE_URL"])
        self._database = import_module("MySQLdb").connect(unix_socket=place["HOST"], user=place["USER"])

    def milliseconds(self) -> Spent:
        """Return processor time by part, of all processes of its group."""
        spent = dict.fromkeys(PARTS, 0.0)
        groups = {part.pid: KINDS[name.partition("-")[0]] for name, part in self._hub.parts.items()}
        for place in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, _, rest = place.read_text(encoding="utf-8").rpartition(")")
            except OSError:
                continue  # it has just ended
            facts = rest.split()
            kind = "front" if name.endswith("(nginx") and _is_ours(place.parent) else groups.get(int(facts[2]))
            if kind:
                spent[kind] += sum(map(int, facts[11:15])) * 1000 / os.sysconf("SC_CLK_TCK")
        return spent

    def queries(self) -> int:
        """Return how many the database has answered."""
        self._database.query("SHOW GLOBAL STATUS LIKE 'Questions'")
        return int(self._database.store_result().fetch_row()[0][1])

    def close(self) -> None:
        """Hang up."""
        self._database.close()


def _is_ours(process: Path) -> bool:
    try:
        return os.getpgid(int(process.name)) == os.getpgid(0)
    except ProcessLookupError:
        return False


class Visitor:
    """A client with one kept connection, and what it has been sent."""

    def __init__(self, hub: Deployment) -> None:
        self._wire = http.client.HTTPConnection("127.0.0.1", hub.front.port, timeout=60)
        self._token = hub.front.token(**ADA)
        self.sent = 0

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """Send a request; anything but a success ends the run."""
        self._wire.request(method, path, body, {"Authorization": f"Bearer {self._token}", "Content-Type": kind})
        response = self._wire.getresponse()
        content = response.read()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{method} {path} answered {response.status}: {content[:200]!r}")
        self.sent += len(content) + len(str(response.headers))
        return orjson.loads(content) if "json" in response.headers["Content-Type"] else content

    def upload(self, number: int) -> dict[str, Any]:
        """Send a picture nobody has sent yet."""
        made = self.ask("POST", "/pictures/create-picture", multipart(photo(number, side=640)), MULTIPART)
        return dict(made["picture"])

    def signed(self, image: str, width: int) -> str:
        """Return where a rendition of this width is."""
        wish = orjson.dumps({"image": image, "operations": [{"op": "resize", "width": width}]})
        address = urlsplit(self.ask("POST", "/api/v1/renditions/sign", wish)["url"])
        return f"{address.path}?{address.query}"


def measures() -> Iterator[object]:
    """Measure everything, keep it, and yield the tables that follow."""
    with tempfile.TemporaryDirectory() as folder, deployed(Path(folder)) as hub, closing(Meter(hub)) as meter:
        costs = _measured(hub, meter)
    COSTS.write_text(json.dumps({name: asdict(cost) for name, cost in costs.items()}, indent=1) + "\n", "utf-8")
    yield from bearing.operations(costs)
    yield ""
    yield from bearing.growth(costs)
    yield ""
    yield bearing.first_bottleneck(costs)


def _measured(hub: Deployment, meter: Meter) -> dict[str, Cost]:
    visitor = Visitor(hub)
    kept = [visitor.upload(number) for number in range(PICTURES)]
    user = kept[0]["userId"]
    images = [urlsplit(picture["url"]).path.split("/")[2] for picture in kept]  # /i/{image}/…
    widths = [(image, width) for image in images for width in (320, 480, 640)]
    wanted = [visitor.signed(*each) for each in widths]
    idle = _idle(meter)
    asked: dict[str, tuple[Callable[[int], object], int]] = {
        "list": (lambda _number: visitor.ask("GET", f"/pictures/get-user-pictures/{user}"), REQUESTS),
        "avatar": (lambda _number: visitor.ask("GET", f"/avatar/{user}?s=128"), REQUESTS),
        "first view": (lambda number: visitor.ask("GET", wanted[number]), len(wanted)),
        "view": (lambda number: visitor.ask("GET", wanted[number % len(wanted)]), REQUESTS),
        "upload": (lambda number: visitor.upload(REQUESTS + number), REQUESTS // 2),
    }
    return {name: _cost(work, times, visitor, (meter, idle, hub)) for name, (work, times) in asked.items()}


def _idle(meter: Meter) -> Spent:
    """Return what the parts use each second while nothing is asked."""
    time.sleep(SETTLING)
    before, began = meter.milliseconds(), time.monotonic()
    time.sleep(SETTLING)
    after, passed = meter.milliseconds(), time.monotonic() - began
    return {part: (after[part] - before[part]) / passed for part in PARTS}


def _cost(work: Callable[[int], object], times: int, visitor: Visitor, where: tuple[Meter, Spent, Deployment]) -> Cost:
    meter, idle, hub = where
    work(0)
    visitor.sent, stored = 0, _stored(hub)
    before, queries, began = meter.milliseconds(), meter.queries(), time.monotonic()
    for number in range(times):
        work(number)
    asked = meter.queries() - queries - 1
    time.sleep(SETTLING)
    after, passed = meter.milliseconds(), time.monotonic() - began
    spent = {part: (after[part] - before[part] - idle[part] * passed) / times for part in PARTS}
    return Cost(
        {part: round(max(0.0, each), 2) for part, each in spent.items()},
        round(asked / times, 1),
        round(visitor.sent / times / 1000, 2),
        round((_stored(hub) - stored) / times / 1000, 2),
    )


def _stored(hub: Deployment) -> int:
    return sum(file.stat().st_size for file in (hub.folder / "storage").rglob("*") if file.is_file())
