"""Origins that mean harm: whatever they do, both clients end in time, within their cap, and unharmed."""

import asyncio
import resource
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import TypeAlias

import pytest
from pytest_django import Settings

from imagehub.lib import outbound
from imagehub.lib.outbound import Refused, Reply
from imagehub.lib.outbound.pool import Pool
from tests import hostile
from tests.loopback import serving

CAP, DEADLINE, LATE = 100_000, 2.0, 3.0  # bytes, seconds, seconds of grace on a busy machine
MEMORY = 80_000  # kilobytes; the bombs together would take 160,000
Ask: TypeAlias = Callable[[Mapping[str, str]], dict[str, str]]

EXPECTED = {
    "a body without end": "too_large",
    "chunks without end": "too_large",
    "one chunk of 16 TB": "too_large",
    "a chunk's extension without end": "too_slow",
    "trailers without end": "broken_answer",
    "a chunk of no size": "broken_answer",
    "1 GB announced and sent": "too_large",
    "more announced than sent": "broken_answer",
    "less announced than sent": "200: 5 bytes",
    "two different lengths": "broken_answer",
    "a negative length": "broken_answer",
    "a length of 5,000 digits": "too_large",
    "a deflate bomb": "too_large",
    "a gzip bomb": "too_large",
    "a brotli bomb": "too_large",
    "a gzip in a gzip in a gzip": "too_large",
    "thirty encodings": "broken_answer",
    "half a gzip": "200: 100 bytes",
    "no gzip": "broken_answer",
    "100,000 headers": "broken_answer",
    "a header of 1 MB": "broken_answer",
    "headers without end": "broken_answer",
    "please continue, for ever": "too_slow",
    "a dripping head": "too_slow",
    "a dripping body": "too_slow",
    "silence": "too_slow",
    "the end at once": "broken_answer",
    "a reset": "broken_answer",
    "no HTTP": "broken_answer",
    "a status of letters": "broken_answer",
    "another protocol": "broken_answer",
    "nothing, at length": "204: 0 bytes",
    "a redirect to itself": "too_many_redirects",
    "a redirect that never comes home": "too_many_redirects",
    "a redirect with a body without end": "200: 5 bytes",
    "a TLS handshake that nobody answers": "too_slow",
    "plain HTTP where TLS is due": "insecure",
    "a harmless answer": "200: 100 bytes",
}
# Where the other client's library is of another opinion, and no worse off for it.
ONE_BY_ONE = EXPECTED | {
    "a chunk's extension without end": "broken_answer",
    "trailers without end": "too_slow",
    "a negative length": "200: 3 bytes",
    "a length of 5,000 digits": "200: 3 bytes",
    "a brotli bomb": "200: 80 bytes",  # not unfolded, because it never asks for brotli
    "another protocol": "101: 0 bytes",
}


def one_by_one(urls: Mapping[str, str]) -> dict[str, str]:
    def ask(url: str) -> str:
        try:
            return said(outbound.fetch(url, cap=CAP, deadline=DEADLINE))
        except Refused as refused:
            return str(refused)

    with ThreadPoolExecutor(len(urls)) as threads:
        return dict(zip(urls, threads.map(ask, urls.values()), strict=True))


def pooled(urls: Mapping[str, str]) -> dict[str, str]:
    async def ask(pool: Pool, url: str) -> str:
        try:
            return said(await pool.fetch(url, cap=CAP, deadline=DEADLINE))
        except Refused as refused:
            return str(refused)

    async def ask_all() -> list[str]:
        async with Pool(connections=len(urls), agent="ImageHub") as pool:
            return await asyncio.gather(*(ask(pool, url) for url in urls.values()))

    return dict(zip(urls, asyncio.run(ask_all()), strict=True))


def said(reply: Reply) -> str:
    return f"{reply.status}: {len(reply.body)} bytes"


@pytest.fixture
def hostile_urls(settings: Settings) -> Iterator[dict[str, str]]:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    with ExitStack() as running, closing(hostile.deaf()) as deaf, closing(hostile.deaf()) as plain:
        urls = {name: running.enter_context(serving(script)).url for name, script in hostile.scripts().items()}
        hostile.plain_where_tls_is_due(plain)
        yield urls | {"a TLS handshake that nobody answers": tls(deaf), "plain HTTP where TLS is due": tls(plain)}


def tls(listener: socket.socket) -> str:
    return f"https://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("ask", "expected"), [(one_by_one, ONE_BY_ONE), (pooled, EXPECTED)], ids=["one by one", "pooled"]
)
def test_every_hostile_origin_is_left_in_time_and_within_the_cap(
    ask: Ask, expected: dict[str, str], hostile_urls: dict[str, str]
) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    assert ask(hostile_urls) == expected
    assert time.monotonic() - began < DEADLINE + LATE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY
