"""Whether sites let us in: their robots.txt, asked for once a day (RFC 9309)."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TypeAlias

from django.conf import settings

from harvester.politeness.hosts import MET, Hosts
from harvester.politeness.rules import Rules, decoded
from imagehub.lib import shared
from imagehub.lib.digests import sha256
from imagehub.lib.outbound.client import Reply
from imagehub.lib.outbound.gates import Gate
from imagehub.lib.outbound.pool import Pool
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.targets import Target

LARGEST = 4 * 1024 * 1024  # bytes of a robots.txt that is not a trick; what is read of it is less
LONG = 32 * 1024  # characters of rules that take too long to go through between two events
PATIENCE = 10.0  # seconds that it may take
TRIES = 3  # before a server's fault counts as a no
KEPT = 23 * 3600.0  # seconds that an answer holds, for all workers
BELIEVED = 3600.0  # seconds for which a worker that shares answers does not look whether there is a newer one
DENIED_FOR = 600.0  # seconds that a server's fault counts as a no
MOST_TEXT = 4 * 1024 * 1024  # characters of rules that a process remembers
_EACH = 200  # characters that the least of them counts for

_Said: TypeAlias = tuple[str, float]  # a robots.txt, and the seconds for which it holds
_EVERYTHING = ""
_NOTHING = "User-agent: *\nDisallow: /"
_TOO_MANY = 429
_CLIENT_ERRORS, _SERVER_ERRORS = range(400, 500), range(500, 600)
# A site that sends us in circles has no robots.txt; one that sends us elsewhere or endless text has something to hide.
_MEANINGS = {
    Reason.REDIRECTS: _EVERYTHING,
    Reason.TOO_LARGE: _NOTHING,
    Reason.ADDRESS: _NOTHING,
    Reason.URL: _NOTHING,
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a site said."""

    rules: Rules
    until: float  # on the monotonic clock

    @property
    def weight(self) -> int:
        return self.rules.size + _EACH


class Memory:
    """The answers that were needed last, as many as `most` characters of rules."""

    def __init__(self, most: int = MOST_TEXT) -> None:
        self._most = most
        self._weight = 0
        self._answers: OrderedDict[str, _Answer] = OrderedDict()

    def find(self, site: str) -> Rules | None:
        """Return a site's rules while they hold."""
        answer = self._answers.get(site)
        if answer is None or answer.until < time.monotonic():
            return None
        self._answers.move_to_end(site)
        return answer.rules

    def keep(self, site: str, rules: Rules, seconds: float) -> None:
        """Remember a site's rules for a while."""
        self._forget(site)
        answer = self._answers[site] = _Answer(rules, time.monotonic() + seconds)
        self._weight += answer.weight
        while self._weight > self._most:
            self._forget(next(iter(self._answers)))

    def _forget(self, site: str) -> None:
        if former := self._answers.pop(site, None):
            self._weight -= former.weight


READ = Memory()
"""What this process has read; it outlives a session."""


class Robots:
    """Knows where we may go; it belongs to one event loop."""

    def __init__(self, pool: Pool, gate: Gate | None = None, *, memory: Memory = READ, hosts: Hosts = MET) -> None:
        self._pool = pool
        self._hosts = hosts
        self._gate = gate
        self._memory = memory
        self._asked: dict[str, asyncio.Task[Rules]] = {}

    async def allows(self, target: Target) -> bool:
        """Tell whether a site's robots.txt lets us go there; Refused when the site can't be asked.

        A file that is not there allows everything, a server's fault nothing for a while. A `Crawl-delay`, which the
        standard doesn't know, is obeyed as far as HARVEST_CRAWL_DELAY goes.
        """
        if settings.HARVEST_ROBOTS == "ignore":
            return True
        file = replace(target, path="/robots.txt")
        rules = self._memory.find(file.url) or await self._once(file)
        self._hosts.of(target).delay = min(rules.delay, settings.HARVEST_CRAWL_DELAY)
        if rules.size > LONG:
            return await asyncio.to_thread(rules.allow, target.url)
        return rules.allow(target.url)

    async def _once(self, file: Target) -> Rules:
        """Ask once for everybody who waits; whoever gives up does not take the answer from the others."""
        asked = self._asked.get(file.url)
        if asked is None:
            asked = self._asked[file.url] = asyncio.create_task(self._rules(file))
            asked.add_done_callback(lambda done: self._answered(file.url, done))
        return await asyncio.shield(asked)

    def _answered(self, site: str, asked: asyncio.Task[Rules]) -> None:
        del self._asked[site]
        if not asked.cancelled():
            asked.exception()  # whoever waited has it; if all gave up, nobody needs to hear of it

    async def _rules(self, file: Target) -> Rules:
        said = await _known_to_all(file.url)
        if said is None:
            said = await self._fetched(file)
            await _tell_all(file.url, said)
        text, seconds = said
        rules = await asyncio.to_thread(Rules, text)
        self._memory.keep(file.url, rules, min(seconds, BELIEVED) if settings.REDIS_URL else seconds)
        return rules

    async def _fetched(self, file: Target) -> _Said:
        for tried in range(TRIES):
            if tried:
                await asyncio.sleep(settings.RETRY_DELAY * 2 ** (tried - 1))
            try:
                reply = await self._pool.fetch(file.url, cap=LARGEST, deadline=PATIENCE, gate=self._gate)
            except Refused as refused:
                if refused.reason not in _MEANINGS:
                    raise
                return _MEANINGS[refused.reason], DENIED_FOR
            if reply.status != _TOO_MANY and reply.status not in _SERVER_ERRORS:
                return _text(reply), KEPT
        return _NOTHING, DENIED_FOR


def _text(reply: Reply) -> str:
    return _EVERYTHING if reply.status in _CLIENT_ERRORS else decoded(reply.body)


async def _known_to_all(site: str) -> _Said | None:
    if not settings.REDIS_URL:
        return None
    return await asyncio.to_thread(shared.ask, lambda cache: cache.get(_key(site)))


async def _tell_all(site: str, said: _Said) -> None:
    if settings.REDIS_URL:
        await asyncio.to_thread(shared.ask, lambda cache: cache.set(_key(site), said, said[1]))


def _key(site: str) -> str:
    return f"robots:{sha256(site.encode())}"
