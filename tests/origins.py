"""A well-known site on the loopback: it draws pictures, counts what it answered, and fails when told to.

`with origin() as site:` serves a small picture of its own at every path that ends in .jpg, .png, .webp
or .gif, and 404 elsewhere. What a path shall do otherwise is told beforehand; all of it may be changed
while requests are under way, from any thread.
"""

import asyncio
import hashlib
import io
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

from PIL import Image

PATIENCE = 20.0  # seconds
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
_REASONS = {200: "OK", 302: "Found", 304: "Not Modified", 404: "Not Found", 429: "Too Many", 503: "Unavailable"}


@cache
def picture(path: str, edition: int = 0, side: int = 16) -> bytes:
    """Draw the picture of a path; another edition of it has another colour."""
    file = io.BytesIO()
    colour = tuple(hashlib.sha256(f"{path} {edition}".encode()).digest()[:3])
    Image.new("RGB", (side, side), colour).save(file, _FORMATS[path.rpartition(".")[2]])
    return file.getvalue()


@dataclass(frozen=True)
class Answer:
    """One answer: `drip` writes its body byte by byte, with that many seconds between two."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0

    @property
    def head(self) -> bytes:
        """Its head on the wire, with an ETag where there is something to come back for."""
        named = {"Content-Length": str(len(self.body))} | ({"ETag": self.tag} if self.status == 200 else {})
        lines = "".join(f"{name}: {value}\r\n" for name, value in (named | dict(self.headers)).items())
        return f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Other')}\r\n{lines}\r\n".encode()

    @property
    def pieces(self) -> list[bytes]:
        """What is written one after the other; the last piece makes it whole."""
        if self.drip:
            return [self.head, *(self.body[at : at + 1] for at in range(len(self.body)))]
        return [self.head + self.body]

    @property
    def tag(self) -> str:
        """The ETag of its body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass
class _Manner:
    """How a path behaves, beyond showing its picture."""

    answer: Answer | None = None
    edition: int = 0
    failures: int = 0
    failure: Answer = field(default_factory=lambda: Answer(503))
    delay: float = 0.0
    held: bool = False


class Origin:
    """The site, told and asked by tests; every method may be called from any thread."""

    def __init__(self, host: str) -> None:
        self.host, self.port = host, 0
        self.delay = 0.0  # before every answer, seconds
        self.most_connections = 0  # at one time
        self.connections = 0  # altogether
        self.heads: list[tuple[str, dict[str, str]]] = []  # what was asked, with headers by lower-case name
        self._news = threading.Condition()  # reentrant, as conditions are
        self._manners: dict[str, _Manner] = {}
        self._asked: Counter[str] = Counter()
        self._complete: Counter[str] = Counter()
        self._unchanged: Counter[str] = Counter()
        self._open = 0
        self._released = asyncio.Event()
        self._loop = asyncio.new_event_loop()

    def url(self, path: str, host: str = "") -> str:
        """Return the address of a path, by the site's own or another name of it."""
        return f"http://{host or self.host}:{self.port}{path}"

    # -- telling it -------------------------------------------------------------------------------

    def answer(self, path: str, answer: Answer) -> None:
        """Answer thus from now on."""
        self._manner(path).answer = answer

    def redraw(self, path: str) -> None:
        """Show another picture from now on."""
        self._manner(path).edition += 1

    def remove(self, path: str) -> None:
        """Answer 404 from now on."""
        self.answer(path, Answer(404))

    def fail(self, path: str, times: int, status: int = 503, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next requests with a status instead."""
        manner = self._manner(path)
        manner.failures, manner.failure = times, Answer(status, b"no", headers or {})

    def slow(self, path: str, seconds: float) -> None:
        """Let every request wait that long."""
        self._manner(path).delay = seconds

    def hold(self, *paths: str) -> None:
        """Answer no request for these until they are released."""
        for path in paths:
            self._manner(path).held = True

    def release(self, *paths: str) -> None:
        """Answer what waits for these paths, or for all of them when none is named."""
        for path in paths or list(self._manners):
            self._manner(path).held = False
        self._loop.call_soon_threadsafe(self._wake)

    # -- asking it --------------------------------------------------------------------------------

    def asked(self, path: str) -> int:
        """Count the requests for a path, whatever became of them."""
        with self._news:
            return self._asked[path]

    def complete(self, path: str) -> int:
        """Count the 200s of a path that were written to their last byte."""
        with self._news:
            return self._complete[path]

    def unchanged(self, path: str) -> int:
        """Count the 304s of a path."""
        with self._news:
            return self._unchanged[path]

    def all_complete(self) -> dict[str, int]:
        """Return the count of whole answers by path."""
        with self._news:
            return dict(self._complete)

    def await_asked(self, path: str, times: int = 1) -> None:
        """Wait until a path was asked for that many times."""
        with self._news:
            assert self._news.wait_for(lambda: self._asked[path] >= times, PATIENCE), f"{path} was not asked for"

    def await_complete(self, times: int) -> None:
        """Wait until that many whole answers were given, to whatever paths."""
        with self._news:
            assert self._news.wait_for(lambda: self._complete.total() >= times, PATIENCE), self._complete

    # -- running it -------------------------------------------------------------------------------

    def run(self, listening: threading.Event) -> None:
        """Serve until `stop`."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, self.host, 0, backlog=2048))
        self.port = int(server.sockets[0].getsockname()[1])
        listening.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def stop(self) -> None:
        """End it, whoever still waits."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _manner(self, path: str) -> _Manner:
        with self._news:
            return self._manners.setdefault(path, _Manner())

    def _wake(self) -> None:
        self._released.set()
        self._released = asyncio.Event()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        self.connections += 1
        self.most_connections = max(self.most_connections, self._open)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    answer = await self._considered(*_read(head))
                    if reader.at_eof():  # nobody is there to be answered any more
                        break
                    await self._write(_read(head)[0], answer, writer)
        finally:
            self._open -= 1
            writer.close()

    async def _considered(self, path: str, headers: dict[str, str]) -> Answer:
        self._note(self._asked, path)
        self.heads.append((path, headers))
        manner = self._manner(path)
        await asyncio.sleep(self.delay + manner.delay)
        while manner.held:
            await self._released.wait()
        return self._answer(path, manner, headers)

    async def _write(self, path: str, answer: Answer, writer: asyncio.StreamWriter) -> None:
        *pieces, last = answer.pieces
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(answer.drip)
        # Who has read the last byte finds it counted.
        with self._news:
            writer.write(last)
            self._count(answer.status, path)
        await writer.drain()

    def _count(self, status: int, path: str) -> None:
        if status in (200, 304):
            self._note(self._complete if status == 200 else self._unchanged, path)

    def _answer(self, path: str, manner: _Manner, headers: Mapping[str, str]) -> Answer:
        if manner.failures:
            manner.failures -= 1
            return manner.failure
        answer = manner.answer or _drawn(path, manner.edition)
        if answer.status == 200 and headers.get("if-none-match") == answer.tag:
            return Answer(304, headers={"ETag": answer.tag})
        return answer

    def _note(self, counter: Counter[str], path: str) -> None:
        with self._news:
            counter[path] += 1
            self._news.notify_all()


def _read(head: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}


def _drawn(path: str, edition: int) -> Answer:
    ending = path.partition("?")[0].rpartition(".")[2]
    if ending not in _FORMATS:
        return Answer(404)
    kind = {"Content-Type": f"image/{_FORMATS[ending].lower()}"}
    return Answer(body=picture(path.partition("?")[0], edition), headers=kind)


@contextmanager
def origin(host: str = "127.0.0.1") -> Iterator[Origin]:
    """Run a site behind a port of the loopback for the length of the block."""
    site, listening = Origin(host), threading.Event()
    thread = threading.Thread(target=site.run, args=(listening,), daemon=True)
    thread.start()
    assert listening.wait(PATIENCE)
    try:
        yield site
    finally:
        site.stop()
        thread.join(PATIENCE)
