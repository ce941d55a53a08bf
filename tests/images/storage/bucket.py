"""A bucket of one's own that speaks as much S3 and Azure Blob as the storages need, and can be made to fail."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_PIECE = 64 * 1024  # bytes
WHEN = "Fri, 01 Jan 2027 00:00:00 GMT"


@dataclass
class Bucket:
    """What lies in it, and how it answers at the moment."""

    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    fault: int = 0  # the status of every answer
    faults: list[int] = field(default_factory=list)  # those of the next answers
    requests: list[str] = field(default_factory=list)
    rate: float = 0  # bytes a second that it takes; 0 is as many as come


@contextmanager
def running(depth: int) -> Iterator[Bucket]:
    """Serve a bucket whose keys begin after `depth` parts of the path."""
    bucket = Bucket()

    class Handler(_Handler):
        pass

    Handler.bucket, Handler.depth = bucket, depth
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _PIECE)  # what it has not taken waits at the sender
    bucket.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket
    depth: int

    def do_PUT(self) -> None:
        body = self._body(int(self.headers["Content-Length"]))
        if self._fails():
            return
        if self.headers.get("If-None-Match") == "*" and self.key in self.bucket.objects:
            code = "BlobAlreadyExists" if self.is_azure else "PreconditionFailed"
            self._send(409 if self.is_azure else 412, _error(code), {"x-ms-error-code": code})
            return
        self.bucket.objects[self.key] = body
        self._send(201 if self.is_azure else 200)

    def _body(self, length: int) -> bytes:
        if not self.bucket.rate:
            return self.rfile.read(length)
        pieces = []
        while length and (piece := self.rfile.read(min(length, _PIECE))):
            pieces.append(piece)
            length -= len(piece)
            time.sleep(len(piece) / self.bucket.rate)  # which is what makes it slow
        return b"".join(pieces)

    def do_GET(self) -> None:
        if self._fails():
            return
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query or query.get("comp") == ["list"]:
            self._list(query.get("prefix", [""])[0])
            return
        data = self.bucket.objects.get(self.key)
        if data is None:
            self._missing()
            return
        self._part(data)

    def do_HEAD(self) -> None:
        if self._fails():
            return
        data = self.bucket.objects.get(self.key)
        if data is None:
            self._missing()
        else:
            self._send(200, data)

    def do_DELETE(self) -> None:
        if self._fails():
            return
        present = self.bucket.objects.pop(self.key, None)
        if self.is_azure and present is None:
            self._missing()
        else:
            self._send(202 if self.is_azure else 204)

    @property
    def key(self) -> str:
        return "/".join(unquote(urlsplit(self.path).path).split("/")[self.depth + 1 :])

    @property
    def is_azure(self) -> bool:
        return "x-ms-version" in self.headers

    def _fails(self) -> bool:
        self.bucket.requests.append(self.command)
        fault = self.bucket.faults.pop(0) if self.bucket.faults else self.bucket.fault
        if fault:
            self._send(fault, _error("InternalError"))
        return bool(fault)

    def _missing(self) -> None:
        code = "BlobNotFound" if self.is_azure else "NoSuchKey"
        self._send(404, _error(code), {"x-ms-error-code": code})

    def _part(self, data: bytes) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("x-ms-range") or self.headers.get("Range") or "")
        if asked is None:
            self._send(200, data)
            return
        start, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
        self._send(206, data[start : last + 1], {"Content-Range": f"bytes {start}-{last}/{len(data)}"})

    def _list(self, prefix: str) -> None:
        found = sorted((key, len(data)) for key, data in self.bucket.objects.items() if key.startswith(prefix))
        self._send(200, (_blobs if self.is_azure else _contents)(found), {"Content-Type": "application/xml"})

    def _send(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "ETag": '"x"',
            "Last-Modified": WHEN,
            "x-ms-blob-type": "BlockBlob",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _error(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()


def _contents(found: list[tuple[str, int]]) -> bytes:
    entries = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size><LastModified>2027-01-01T00:00:00Z</LastModified></Contents>"
        for key, size in found
    )
    return (
        f"<?xml version='1.0'?><ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>".encode()
    )


def _blobs(found: list[tuple[str, int]]) -> bytes:
    entries = "".join(
        f"<Blob><Name>{escape(key)}</Name><Properties><Content-Length>{size}</Content-Length>"
        f"<Last-Modified>{WHEN}</Last-Modified><BlobType>BlockBlob</BlobType></Properties></Blob>"
        for key, size in found
    )
    return (
        f"<?xml version='1.0'?><EnumerationResults><Blobs>{entries}</Blobs><NextMarker/></EnumerationResults>".encode()
    )
