"""A small site on this machine for a demo harvest: documents in JSON, and the pictures that they refer to.

It has a port of its own, so that letting the harvester in opens nothing else of this machine to whoever can name
an address; and it holds what a harvest meets on the web: pictures that are still the same the next time, one that
is missing, a page in place of a picture, and a folder that its `robots.txt` keeps to itself.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, cast

import orjson

from imagehub import scenes
from imagehub.lib.digests import sha256

HOST = "127.0.0.1"
LISTING = "/hotels.json"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
HOTELS: dict[str, tuple[str, ...]] = {
    "Hotel Miramar": ("/pictures/sea.jpg", "/pictures/dawn.jpg", "/pictures/room.jpg"),
    "Cabaña del Lago": ("/pictures/cabin.jpg", "/pictures/night.jpg", "/pictures/missing.jpg"),
    "Vuelo y Siesta": ("/pictures/balloons.jpg", "/pictures/page.jpg", "/private/pool.jpg"),
}


class Reply(NamedTuple):
    """What the site answers."""

    status: HTTPStatus
    content_type: str
    body: bytes


@contextmanager
def opened(port: int) -> Iterator[str]:
    """Serve for the length of the block, on this port or else on a free one, and give the site's address."""
    server = _listening(port)
    thread = threading.Thread(target=server.serve_forever, name="showcase", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _listening(port: int) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer((HOST, port), Visitor)
    except (OSError, OverflowError):
        return ThreadingHTTPServer((HOST, 0), Visitor)


class Visitor(BaseHTTPRequestHandler):
    """Answers one visitor of the site."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "showcase", ""
    timeout = 30  # seconds that a silent visitor may keep a thread

    def do_GET(self) -> None:
        """Send what lies at the path, or say that it is still the same."""
        port = cast("ThreadingHTTPServer", self.server).server_port
        reply = _reply(self.path, f"http://{HOST}:{port}")
        etag = f'"{sha256(reply.body)[:32]}"'
        is_same = self.headers.get("If-None-Match") == etag and reply.status is HTTPStatus.OK
        self.send_response(HTTPStatus.NOT_MODIFIED if is_same else reply.status)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", "0" if is_same else str(len(reply.body)))
        self.end_headers()
        if not is_same:
            self.wfile.write(reply.body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: this is no part of the product."""


def _reply(path: str, address: str) -> Reply:
    if path == LISTING:
        return Reply(HTTPStatus.OK, "application/json", _listing(address))
    if path == "/robots.txt":
        return Reply(HTTPStatus.OK, "text/plain", ROBOTS)
    if path == "/pictures/page.jpg":
        return Reply(HTTPStatus.OK, "text/html", b"<p>The picture has moved.</p>")
    name = path.removeprefix("/pictures/").removesuffix(".jpg")
    if name not in scenes.SCENES:
        return Reply(HTTPStatus.NOT_FOUND, "text/plain", b"Not here.")
    return Reply(HTTPStatus.OK, "image/jpeg", _picture(name))


def _listing(address: str) -> bytes:
    return orjson.dumps(
        [
            {"_id": f"hotel-{number}", "name": name, "images": [f"{address}{path}" for path in paths]}
            for number, (name, paths) in enumerate(HOTELS.items(), 1)
        ]
    )


@cache
def _picture(name: str) -> bytes:
    return scenes.jpeg(scenes.SCENES[name]())
