"""Results on their way into the database: some at a time, so that a transaction serves many of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import TypeVar

import orjson
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext

from harvester import naming
from harvester.engine.database import Database
from harvester.engine.visits import STORAGE_REST
from harvester.models import Outcome
from harvester.services import finishing, jobs, settling
from harvester.services.finishing import Closing
from harvester.sources import mongo
from harvester.work import Claim, Errand, Parcel, Result
from imagehub.images import storage
from imagehub.images.storage import together
from imagehub.lib.errors import DatabaseUnavailable, StorageUnavailable

MOST = 128  # in one transaction
PATIENCE = 0.1  # seconds for which the first one waits for others
REST = 5.0  # seconds before a document is tried again that could not be closed
MOST_TRIES = 3  # how often its step is taken up for that
OUTAGES = (DatabaseUnavailable, OperationalError, InterfaceError)  # nobody's fault: the session ends, others go on

log = structlog.get_logger(__name__)

T = TypeVar("T")
R = TypeVar("R")


class Records:
    """Settles results, closes the documents that they complete, and hands on steps that nobody works on any more."""

    def __init__(self, database: Database, hands: Executor, ended: Callable[[Claim], None]) -> None:
        self._database = database
        self._hands = hands
        self._ended = ended
        self._results: asyncio.Queue[Result] = asyncio.Queue()
        self._parcels: asyncio.Queue[Parcel] = asyncio.Queue()
        self._changed: set[int] = set()  # jobs whose last change may be news

    def add(self, result: Result) -> None:
        """Settle a result soon."""
        self._results.put_nowait(result)

    def close(self, parcel: Parcel) -> None:
        """Close a document soon, of which every address is settled."""
        parcel.claim.closing += 1
        self._parcels.put_nowait(parcel)

    async def run(self) -> None:
        """Go on until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_in_groups(self._results, self._settle))
            group.create_task(_in_groups(self._parcels, self._close))

    async def tell(self) -> None:
        """Say where jobs stand that have changed, as it is not said with each change."""
        changed, self._changed = self._changed, set()
        if changed:
            self._changed |= await self._database.do(settling.catch_up, changed)

    async def everything(self) -> None:
        """Wait until all that was added is written."""
        await self._results.join()
        await self._parcels.join()

    async def _settle(self, results: Sequence[Result]) -> None:
        obsolete = await self._recorded(results)
        await self._beside(_remove, sorted(obsolete))
        self._changed.update(result.errand.parcel.claim.job for result in results)
        for result in results:
            parcel = result.errand.parcel
            parcel.claim.visits -= 1
            parcel.left -= bool(result.outcome)
            if result.outcome and not parcel.left:
                self.close(parcel)
            self._ended(parcel.claim)

    async def _recorded(self, results: Sequence[Result]) -> set[str]:
        """Record results, one that breaks this as given up, and return the keys of files that no row knows."""
        try:
            return await self._database.do(settling.settle, results)
        except OUTAGES:
            raise
        except Exception:
            if len(results) > 1:
                return {key for result in results for key in await self._recorded([result])}
            log.exception("harvest.settling_failed", row=results[0].errand.row)
            await self._give_up(results[0].errand)
            return set()

    async def _give_up(self, errand: Errand) -> None:
        try:
            await self._database.do(settling.settle, [Result(errand, Outcome.FAILED, reason="gave_up")])
        except OUTAGES:
            raise
        except Exception:
            log.exception("harvest.job_broken", job=errand.parcel.claim.job)
            await self._database.do(jobs.fail, errand.parcel.claim.job, gettext("Something went wrong on our side."))

    async def _close(self, parcels: Sequence[Parcel]) -> None:
        put_off = {id(parcel) for parcel in await self._closed(parcels)}
        self._changed.update(parcel.claim.job for parcel in parcels)
        for parcel in parcels:
            parcel.claim.closing -= 1
            parcel.claim.left -= id(parcel) not in put_off
            self._ended(parcel.claim)

    async def _closed(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        """Close documents, one that breaks this by itself, and return those that stay open for now."""
        try:
            return await self._described(parcels)
        except OUTAGES:
            raise
        except Exception:
            if len(parcels) > 1:
                return [left for parcel in parcels for left in await self._closed([parcel])]
            log.exception("harvest.closing_failed", item=parcels[0].item)
        return await self._without_description(parcels[0])

    async def _without_description(self, parcel: Parcel) -> list[Parcel]:
        if parcel.claim.tries < MOST_TRIES:
            parcel.claim.put_off(REST)
            return [parcel]
        await self._database.do(finishing.give_up, parcel)
        return []

    async def _described(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        closings = await self._database.do(finishing.tidied, parcels)
        groups = await self._beside(_describe, together.grouped(closings))
        are_described = [is_described for group in groups for is_described in group]
        ready = [closing for closing, is_described in zip(closings, are_described, strict=True) if is_described]
        if settings.HARVEST_WRITE_BACK:
            await self._beside(_note, ready)
        closed = await self._database.do(finishing.close, ready)
        await self._beside(_remove, [key for closing in ready for key in closing.obsolete])
        for closing, is_described in zip(closings, are_described, strict=True):
            if not is_described:
                closing.parcel.claim.put_off(STORAGE_REST)
        done = {id(closing.parcel) for closing in closed}
        return [closing.parcel for closing in closings if id(closing.parcel) not in done]

    async def _beside(self, work: Callable[[T], R], things: Iterable[T]) -> list[R]:
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(self._hands, work, thing) for thing in things))


async def _in_groups(queue: asyncio.Queue[T], work: Callable[[Sequence[T]], Awaitable[None]]) -> None:
    while True:
        group = [await queue.get()]
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while len(group) < MOST:
                    group.append(await queue.get())
        await work(group)
        for _ in group:
            queue.task_done()


def _describe(closings: Sequence[Closing]) -> list[bool]:
    """Write what is said of documents beside their files, and tell of each whether that worked."""
    try:
        together.replace_all([closing.description for closing in closings])
    except StorageUnavailable:
        return (
            [is_described for closing in closings for is_described in _describe([closing])] if closings[1:] else [False]
        )
    return [True] * len(closings)


def _note(closing: Closing) -> None:
    """Tell the source of a document what was harvested of it."""
    document = closing.document
    if document.job is not None:
        said = orjson.loads(closing.description[1])
        path = naming.home(document.database, document.collection, document.folder)
        mongo.write_back(document.job, document.document_id, path=path, metadata=said)


def _remove(key: str) -> None:
    with suppress(StorageUnavailable):  # then the doctor finds it
        storage.delete(key)
