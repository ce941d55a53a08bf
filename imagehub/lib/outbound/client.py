"""Fetching what is at an address, under rules that hold for every hop of the way."""

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from typing import TypeAlias

from django.conf import settings
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as TimeoutOfLibrary
from urllib3.response import HTTPResponse

from imagehub.lib.outbound import targets
from imagehub.lib.outbound.addresses import allowance
from imagehub.lib.outbound.connections import Exchange, Resolver, opened, system_resolver
from imagehub.lib.outbound.heads import REDIRECTS
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.targets import Target

MOST_REDIRECTS = 5
CHUNK = 64 * 1024  # bytes; how far beyond the cap we may read
_Location: TypeAlias = str | None
_STANDARD = {"User-Agent": "ImageHub", "Accept-Encoding": "gzip, deflate"}


@dataclass(frozen=True)
class Reply:
    """A whole answer: its status, its headers by lower-case name, its decoded body, and where it came from."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def fetch(
    url: str,
    *,
    cap: int,
    deadline: float,
    headers: Mapping[str, str] | None = None,
    resolve: Resolver = system_resolver,
) -> Reply:
    """Return the answer at `url`, of at most `cap` decoded bytes, within `deadline` seconds altogether.

    Every hop is checked at the address that it connects to; at most five redirects are followed, and
    `headers` go no further than the first origin. Refused is raised for everything but an answer.
    """
    target = targets.read(url)
    exchange = Exchange(time.monotonic() + deadline, tuple(map(allowance, settings.OUTBOUND_ALLOW)), resolve)
    first = target.origin
    with exchange.watched(), translated(exchange):
        for _ in range(MOST_REDIRECTS + 1):
            own = headers if target.origin == first else None
            reply, location = _ask(target, exchange, {**_STANDARD, **(own or {})}, cap)
            if location is None:
                return reply
            target = targets.follow(target, location)
    raise Refused(Reason.REDIRECTS)


def _ask(target: Target, exchange: Exchange, headers: Mapping[str, str], cap: int) -> tuple[Reply, _Location]:
    with closing(opened(target, exchange)) as connection:
        connection.request("GET", target.path, headers=headers, preload_content=False)
        with closing(connection.getresponse()) as response:
            location = response.headers.get("Location") if response.status in REDIRECTS else None
            body = b"" if location is not None else _body(response, cap)
            named = {name.lower(): value for name, value in response.headers.items()}
    if exchange.is_over:
        raise Refused(Reason.TOO_SLOW)
    return Reply(response.status, named, body, target.url), location


def _body(response: HTTPResponse, cap: int) -> bytes:
    body = bytearray()
    while chunk := response.read(CHUNK, decode_content=True):
        body += chunk
        if len(body) > cap:
            raise Refused(Reason.TOO_LARGE)
    return bytes(body)


@contextmanager
def translated(exchange: Exchange) -> Iterator[None]:
    """Let callers see Refused instead of what the libraries raise."""
    # What a remote server says, even by way of an exception, is not repeated: hence `from None`.
    try:
        yield
    except Refused:
        raise
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise Refused(Reason.TOO_SLOW if exchange.is_over else _reason(error)) from None


def _reason(error: Exception) -> Reason:
    if isinstance(error, TimeoutError | TimeoutOfLibrary):
        return Reason.TOO_SLOW
    return Reason.INSECURE if isinstance(error, SSLError | ssl.SSLError) else Reason.BROKEN
