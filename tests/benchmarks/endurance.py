"""A mixed load on a whole installation for minutes: 80 % reads, 15 % renditions, 5 % uploads, 500 open sockets.

`MINUTES=10 python -m tests.benchmarks endurance`. The clients share the machine with the installation.
"""

import asyncio
import http.client
import os
import random
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests.benchmarks.report import Measure
from tests.corpus.build import photo
from tests.deployed.topology import Deployment, deployed
from tests.running import MULTIPART, multipart

MINUTES = float(os.environ.get("MINUTES", "10"))
CLIENTS, SOCKETS, USERS = 6, 500, 50
MOST_KEPT = 20  # pictures of a user
SHARES = {"list": 40, "picture": 40, "rendition": 15, "upload": 5}  # per cent
WIDTHS = (64, 128, 256, 320, 480, 600)  # pixels
WARM_UP = 0.1  # of the whole time, in which memory is not looked at


@dataclass
class Person:
    """A user as its clients know it."""

    public_id: str
    token: str
    pictures: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Crowd:
    """Clients that do one thing after the other, and write down how long each took and what went wrong."""

    def __init__(self, hub: Deployment) -> None:
        self.hub, self.until = hub, 0.0
        self.people = [_person(hub, number) for number in range(USERS)]
        self.times: dict[str, list[float]] = defaultdict(list)
        self.wrong: list[tuple[str, int]] = []
        self._numbers = iter(range(10_000_000))

    def work(self) -> None:
        """Be one client until the time is over."""
        wire = http.client.HTTPConnection("127.0.0.1", self.hub.front.port, timeout=30)
        with closing(wire):
            while time.monotonic() < self.until:
                kind = random.choices(list(SHARES), list(SHARES.values()))[0]  # noqa: S311  # no secret
                self._do(kind, wire, random.choice(self.people))  # noqa: S311  # likewise

    def _do(self, kind: str, wire: http.client.HTTPConnection, who: Person) -> None:
        with who.lock:
            known = list(who.pictures)
        if not known:
            kind = "upload"
        {"list": self._list, "picture": self._picture, "rendition": self._rendition, "upload": self._upload}[kind](
            wire, who, known
        )

    def _list(self, wire: http.client.HTTPConnection, who: Person, _known: list[dict[str, Any]]) -> None:
        self._asked("list", wire, "GET", f"/pictures/get-user-pictures/{who.public_id}", who)

    def _picture(self, wire: http.client.HTTPConnection, who: Person, known: list[dict[str, Any]]) -> None:
        self._asked("picture", wire, "GET", f"/avatar/{who.public_id}?s=128", who)

    def _rendition(self, wire: http.client.HTTPConnection, who: Person, known: list[dict[str, Any]]) -> None:
        recent = known[len(known) // 2 :]  # the oldest may be on its way out
        image = urlsplit(random.choice(recent)["url"]).path.split("/")[2]  # noqa: S311  # likewise; /i/{image}/…
        body = orjson.dumps({"image": image, "operations": [{"op": "resize", "width": random.choice(WIDTHS)}]})  # noqa: S311  # likewise
        answer = self._asked("signature", wire, "POST", "/api/v1/renditions/sign", who, body)
        if answer is not None:
            address = urlsplit(answer["url"])
            self._asked("rendition", wire, "GET", f"{address.path}?{address.query}", who)

    def _upload(self, wire: http.client.HTTPConnection, who: Person, known: list[dict[str, Any]]) -> None:
        body = multipart(photo(next(self._numbers), side=640))
        answer = self._asked("upload", wire, "POST", "/pictures/create-picture", who, body, MULTIPART)
        if answer is None:
            return
        with who.lock:
            who.pictures.append(answer["picture"])
            gone = who.pictures.pop(0) if len(who.pictures) > MOST_KEPT else None
        if gone:
            path = f"/pictures/delete-picture/{gone['id']}/{quote(gone['fileName'], safe='')}/{who.public_id}"
            self._asked("delete", wire, "DELETE", path, who)

    def _asked(  # a request has parts
        self,
        kind: str,
        wire: http.client.HTTPConnection,
        method: str,
        path: str,
        who: Person,
        body: bytes | None = None,
        form: str = "application/json",
    ) -> Any:
        headers = {"Authorization": f"Bearer {who.token}", "Content-Type": form}
        began = time.perf_counter()
        wire.request(method, path, body, headers)
        response = wire.getresponse()
        content = response.read()
        self.times[kind].append((time.perf_counter() - began) * 1000)
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            self.wrong.append((kind, response.status))
            return None
        return orjson.loads(content) if method == "POST" else content


def _person(hub: Deployment, number: int) -> Person:
    name = {"username": f"person-{number}", "password": "a-Long-phrase-7"}
    made = hub.front.post("/api/v1/auth/register", {**name, "email": f"{number}@example.org"})
    return Person(made["id"], hub.front.token(**name))


@contextmanager
def _open_sockets(hub: Deployment, people: list[Person]) -> Iterator[Callable[[], int]]:
    """Hold sockets open while the block runs, and tell how many were closed against their will."""
    closed: list[int] = []
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen(wire: ClientConnection) -> None:
        async for _frame in wire:
            pass
        closed.append(wire.close_code or 0)

    async def begin() -> list[asyncio.Task[None]]:
        for number in range(SOCKETS):
            offers = ["imagehub.v1", f"bearer.{people[number % USERS].token}"]
            address = f"ws://127.0.0.1:{hub.front.port}/ws/events/"
            wires.append(await connect(address, subprotocols=offers, proxy=None, compression=None))  # type: ignore[arg-type]  # strings are subprotocols
        return [asyncio.create_task(listen(wire)) for wire in wires]

    async def end() -> None:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, *(wire.close() for wire in wires), return_exceptions=True)

    wires: list[ClientConnection] = []
    listening = asyncio.run_coroutine_threadsafe(begin(), loop).result(120)
    yield lambda: len(closed)
    asyncio.run_coroutine_threadsafe(end(), loop).result(120)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def _memory(hub: Deployment) -> float:
    """Return the megabytes that our processes have for themselves, shared pages by their share."""
    total = 0
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            ours = f"DATA_DIR={hub.folder}".encode() in place.read_bytes()
            told = (place.parent / "smaps_rollup").read_text(encoding="ascii") if ours else ""
        except OSError:
            continue  # it has just ended
        total += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return total / 1024


def measures() -> Iterator[Measure]:
    """Load one installation, and tell the slowest requests against the usual ones, and its memory at the end."""
    with tempfile.TemporaryDirectory() as folder, deployed(Path(folder)) as hub:
        crowd, memory = Crowd(hub), list[float]()
        with _open_sockets(hub, crowd.people) as closed:
            began = time.monotonic()
            crowd.until = began + MINUTES * 60
            clients = [threading.Thread(target=crowd.work) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            while any(client.is_alive() for client in clients):
                if time.monotonic() - began > MINUTES * 60 * WARM_UP:
                    memory.append(_memory(hub))
                time.sleep(2)
            lost = closed()
        asked = sum(map(len, crowd.times.values()))
        yield Measure("requests, and those refused", "requests", "1", [float(len(crowd.wrong))], [float(asked)], "0")
        yield Measure("sockets closed", "sockets", "1", [float(lost)], [float(SOCKETS)], "0")
        for kind, times in sorted(crowd.times.items()):
            slow = statistics.quantiles(times, n=100)[-1]
            yield Measure(f"{kind}: p99", "its median", "ms", [slow], [statistics.median(times)], "<= 10")
        half = len(memory) // 2
        late, early = statistics.mean(memory[half:]), statistics.mean(memory[:half])
        yield Measure("memory in the second half", "the first", "MB", [late], [early], "<= 1.05")
        yield Measure("requests a second", "clients", "1/s", [asked / (MINUTES * 60)], [float(CLIENTS)], "")
