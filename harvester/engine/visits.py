"""A visit to an address: asked for politely, again where that makes sense, and ended by one word."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from harvester.engine import endings
from harvester.engine.endings import Barred, Ending, Hindered, Over, Passing
from harvester.engine.keeping import Found, Keeper
from harvester.engine.room import Room
from harvester.engine.sharing import Sharing
from harvester.judging import LARGEST, Unfit, Validation
from harvester.models import Outcome
from harvester.politeness import tags
from harvester.politeness.resting import HostResting
from harvester.work import Errand, Result
from imagehub.lib.errors import StorageUnavailable, Throttled
from imagehub.lib.outbound.addresses import Address
from imagehub.lib.outbound.client import Reply
from imagehub.lib.outbound.gates import Gate, Passage
from imagehub.lib.outbound.refusals import Refused
from imagehub.lib.outbound.targets import Target

LONGEST_WAIT = 30.0  # seconds that a visit waits by itself; what has to wait longer is done by a later session
STORAGE_REST = 30.0  # seconds before a storage that is full or away is tried again
MOST_RESTS = 5  # how often a visit waits for a host that rests
MOST_TRIES = 6  # how often a step is taken up for addresses that wait for a host that rests
MOST_TAKEN = 60  # how often a step is taken up at all


class Fetcher(Protocol):
    """Whatever fetches under the rules of the one client."""

    async def fetch(
        self, url: str, *, cap: int, deadline: float, headers: Mapping[str, str] | None = None, gate: Gate | None = None
    ) -> Reply:
        """Return the answer, or raise Refused or what the gate raises."""


class FairGate(Protocol):
    """A gate at which the jobs that send visits take turns."""

    def __call__(
        self, target: Target, addresses: Sequence[Address], party: int = 0
    ) -> AbstractAsyncContextManager[Passage]:
        """Let one request of a job through."""


@dataclass(slots=True)
class Manners:
    """What a visitor minds."""

    gate: FairGate
    allows: Callable[[Target], Awaitable[bool]]


class Visitor:
    """Visits addresses, any number at a time."""

    def __init__(self, pool: Fetcher, manners: Manners, hands: Executor) -> None:
        self._pool = pool
        self._manners = manners
        self._hands = hands
        self._room = Room()
        self._sharing = Sharing()
        self._keeper = Keeper(hands, Validation(settings.HARVEST_VALIDATION))
        self._obeys = settings.HARVEST_ROBOTS == "obey"
        self.is_ending = False

    async def visit(self, errand: Errand) -> Result:
        """Return how it ended; an empty outcome means that it has to be visited again later."""
        async with self._sharing.turn(errand):
            result = await self._visited(errand)
            self._sharing.learn(result)
        return result

    async def _visited(self, errand: Errand) -> Result:
        began = time.monotonic()
        try:
            reply, found = await self._given(errand) or await self._persistently(errand)
        except Ending:
            return Result(errand, "")
        except Over as over:
            return Result(errand, over.outcome, _host(errand), over.reason, seconds=time.monotonic() - began)
        return Result(
            errand,
            Outcome.DOWNLOADED if found.file else Outcome.UNCHANGED,
            _host(errand),
            change=found.change,
            seconds=time.monotonic() - began,
            file=found.file,
            **_validators(reply, errand),
        )

    async def _given(self, errand: Errand) -> tuple[Reply, Found] | None:
        """Return what the address has given to another document of the job, without asking for it again."""
        given = self._sharing.find(errand)
        if given is None:
            return None
        if given.reason:
            raise Over(given.reason, given.outcome)
        reply = await asyncio.get_running_loop().run_in_executor(self._hands, given.reply)
        try:
            return (reply, await self._kept(errand, reply)) if reply else None
        except Hindered:
            raise Ending from None

    async def _persistently(self, errand: Errand) -> tuple[Reply, Found]:
        rests = 0
        while True:
            if self.is_ending:
                raise Ending
            if errand.parcel.claim.tries > MOST_TAKEN:
                raise Over("gave_up")
            try:
                return await self._attempt(errand)
            except Passing as failure:
                if errand.attempts > settings.MAX_RETRIES:
                    raise Over(failure.reason) from None
                wait = max(_pause(errand.attempts), failure.rest)
            except Hindered as hindrance:
                errand.attempts -= 1
                rests += 1
                wait = _rest(hindrance, errand, rests)
            await _wait(wait, errand)

    async def _attempt(self, errand: Errand) -> tuple[Reply, Found]:
        reply = await self._asked(errand)
        if self._obeys and tags.forbids(reply.headers):
            raise Over("opted_out", Outcome.SKIPPED)
        if reply.status == endings.NOT_MODIFIED and errand.kept:
            return reply, Found(None)
        if reply.status not in endings.OK:
            raise endings.of_answer(reply)
        return reply, await self._kept(errand, reply)

    async def _asked(self, errand: Errand) -> Reply:
        errand.attempts += 1
        try:
            return await self._fetch(errand)
        except Refused as refused:
            raise endings.of_refusal(refused) from None
        except HostResting as resting:
            raise Hindered("host_resting", resting.seconds) from None
        except Barred:
            raise Over("robots", Outcome.SKIPPED) from None
        except Ending:
            errand.attempts -= 1
            raise

    async def _fetch(self, errand: Errand) -> Reply:
        kept, headers = errand.kept, {}
        if kept and kept.etag:
            headers["If-None-Match"] = kept.etag
        if kept and kept.last_modified:
            headers["If-Modified-Since"] = kept.last_modified
        deadline, gate = float(settings.DOWNLOAD_TIMEOUT), partial(self._gate, errand.parcel.claim.job)
        return await self._pool.fetch(errand.url, cap=LARGEST, deadline=deadline, headers=headers, gate=gate)

    async def _kept(self, errand: Errand, reply: Reply) -> Found:
        """Judge and store a body beside the loop, holding its bytes against the room there is."""
        body, declared = reply.body, reply.headers.get("content-type", "")
        self._room.take(len(body))
        try:
            return await _to_its_end(self._keeper.keep(errand, body, declared))
        except Unfit as unfit:
            raise Over(unfit.reason) from None
        except (StorageUnavailable, Throttled):
            raise Hindered("gave_up", STORAGE_REST) from None
        finally:
            self._room.leave(len(body))

    @asynccontextmanager
    async def _gate(self, job: int, target: Target, addresses: Sequence[Address]) -> AsyncIterator[Passage]:
        if not await self._manners.allows(target):
            raise Barred
        async with self._manners.gate(target, addresses, job) as passage:
            if self.is_ending:
                raise Ending
            await self._room.wait()
            yield passage


async def _to_its_end(keeping: asyncio.Future[Found]) -> Found:
    """Wait even if we are cancelled: of a file that is being stored somebody has to know."""
    try:
        return await asyncio.shield(keeping)
    except asyncio.CancelledError:
        return await keeping


def _pause(attempts: int) -> float:
    """Return seconds before another attempt: doubling, and different for each, so that not all come at once."""
    longest: float = settings.RETRY_DELAY * 2 ** (attempts - 1)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  # nothing secret hangs on it


def _rest(hindrance: Hindered, errand: Errand, rests: int) -> float:
    if rests <= MOST_RESTS:
        return hindrance.rest
    if errand.parcel.claim.tries >= MOST_TRIES:
        raise Over(hindrance.reason)
    return max(hindrance.rest, 2 * LONGEST_WAIT)


async def _wait(seconds: float, errand: Errand) -> None:
    if seconds <= LONGEST_WAIT:
        await asyncio.sleep(seconds)
        return
    errand.parcel.claim.put_off(seconds)
    raise Ending


def _validators(reply: Reply, errand: Errand) -> dict[str, str]:
    """Return what to ask with next time; a 304 need not repeat what it was asked with."""
    kept = errand.kept if reply.status == endings.NOT_MODIFIED else None
    former = {"etag": kept.etag, "last_modified": kept.last_modified} if kept else {"etag": "", "last_modified": ""}
    named = {"etag": reply.headers.get("etag", ""), "last_modified": reply.headers.get("last-modified", "")}
    return {"final_url": reply.url, **{name: value or former[name] for name, value in named.items()}}


def _host(errand: Errand) -> str:
    """Return the name of an address that was read before, or nothing for one that can't be read."""
    try:
        return urlsplit(errand.url).hostname or ""
    except ValueError:
        return ""
