"""Twenty hosts on the loopback to harvest photos from: an nginx, and a site of our own that is far away and fails."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.corpus.build import encoded
from tests.corpus.scenes import scene
from tests.servers import free_port, nginx

HOSTS = [f"127.0.1.{number}" for number in range(1, 21)]
PHOTOS = 120  # different ones, which is more than a document has
SIDE, QUALITY = 825, 80  # about 116 KB on average
FAULTS = ("busy", "torn", "page", "drip", "loop", "missing")
EACH = 10  # addresses of a document
DRIP, DRIPS = 0.5, 60  # seconds between two bytes, and how many of them come before the line goes dead
_PAGE = b"<!doctype html><title>Nothing here</title>"


def photos(folder: Path, side: int = SIDE) -> list[bytes]:
    """Draw the photos into a folder, as 0.jpg and so on."""
    drawn = []
    for number in range(PHOTOS):
        whole = scene(number)
        picture = whole.resize((side, side * whole.height // whole.width))
        drawn.append(encoded(picture, "JPEG", quality=QUALITY))
        (folder / f"{number}.jpg").write_bytes(drawn[-1])
    return drawn


def documents(port: int, count: int, one_fails_in: int = 0) -> list[list[str]]:
    """Return so many addresses, ten a document and every one at another host than the one before."""
    urls = [_url(port, serial, one_fails_in) for serial in range(count)]
    return [urls[at : at + EACH] for at in range(0, count, EACH)]


def _url(port: int, serial: int, one_fails_in: int) -> str:
    failure, is_none = divmod(serial, one_fails_in) if one_fails_in else (0, 1)
    manner = "photo" if is_none else FAULTS[failure % len(FAULTS)]
    return f"http://{HOSTS[serial % len(HOSTS)]}:{port}/{manner}/{serial}/{serial % PHOTOS}.jpg"


@contextmanager
def near(folder: Path, log: Path) -> Iterator[int]:
    """Serve the photos of a folder at once, and log each answer; give the port."""
    port = free_port()
    listening = "".join(f"listen {host}:{port};" for host in ("127.0.0.1", *HOSTS))
    manner = f"location ~ ^/photo/[0-9]+/(?<name>[0-9]+\\.jpg)$ {{ root {folder}; try_files /$name =404; }}"
    keeping = "sendfile on; tcp_nopush on; keepalive_requests 1000000; types { image/jpeg jpg; }"
    with nginx(f"server {{ {listening} {keeping} access_log {log}; {manner} }}", port):
        yield port


def answers(log: Path) -> Counter[str]:
    """Return how many answers of each status a log names."""
    return Counter(re.findall(r'" (\d{3}) \d+ "', log.read_text(encoding="utf-8")))


class Far:
    """A site whose every answer takes a while, and some of whose addresses never give a photo."""

    def __init__(self, photos: Sequence[bytes], delay: float) -> None:
        self.port = free_port()
        self.delay = delay
        self.photos = [_answer(200, photo) for photo in photos]
        self.asked: Counter[str] = Counter()  # by manner

    async def serve(self) -> None:
        """Serve until cancelled."""
        server = await asyncio.get_running_loop().create_server(lambda: _Wire(self), HOSTS, self.port, backlog=1000)
        async with server:
            await server.serve_forever()


@contextmanager
def far(photos: Sequence[bytes], delay: float = 0.05) -> Iterator[Far]:
    """Serve photos from a thread of this process, which has nothing else to do meanwhile."""
    site, loop = Far(photos, delay), asyncio.new_event_loop()
    serving = loop.create_task(site.serve())

    def run() -> None:
        loop.run_until_complete(asyncio.wait([serving]))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)


class _Wire(asyncio.Protocol):
    """One connection, over which one request comes after the other."""

    def __init__(self, site: Far) -> None:
        self.site = site
        self.heard = b""
        self.line: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.line = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if self.heard.endswith(b"\r\n\r\n"):
            path = self.heard.split(b" ", 2)[1].decode()
            self.heard = b""
            asyncio.get_running_loop().call_later(self.site.delay, self.answer, path)

    def answer(self, path: str) -> None:
        """Answer as the first part of the path asks for."""
        _, manner, *rest = path.split("/")
        self.site.asked[manner] += 1
        if self.line.is_closing():
            return
        photo = self.site.photos[int(rest[-1].removesuffix(".jpg"))] if rest else b""
        match manner:
            case "photo":
                self.line.write(photo)
            case "busy":
                self.line.write(_answer(503, b"later"))
            case "page":
                self.line.write(_answer(200, _PAGE))
            case "loop":
                self.line.write(_answer(302, b"", f"Location: {path}\r\n"))
            case "torn":
                self.line.write(photo[: len(photo) // 2])
                self.line.close()
            case "drip":
                self.line.write(photo[:1000])
                self.drip(photo[1000 : 1000 + DRIPS])
            case _:
                self.line.write(_answer(404, b"no"))

    def drip(self, left: bytes) -> None:
        """Send a byte now and then, and hang up at last."""
        if not left:
            self.line.close()
        elif not self.line.is_closing():
            self.line.write(left[:1])
            asyncio.get_running_loop().call_later(DRIP, self.drip, left[1:])


def _answer(status: int, body: bytes, more: str = "") -> bytes:
    kind = "text/html" if body == _PAGE else "image/jpeg"
    head = f"HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body
