"""Results on their way into the database: some at a time, so that a transaction serves many of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import TypeVar

import orjson
from django.conf import settings

from harvester import naming
from harvester.engine.database import Database
from harvester.engine.visits import STORAGE_REST
from harvester.services import finishing, settling
from harvester.services.finishing import Closing
from harvester.sources import mongo
from harvester.work import Claim, Parcel, Result
from imagehub.images import storage
from imagehub.lib.errors import StorageUnavailable

MOST = 128  # in one transaction
PATIENCE = 0.1  # seconds for which the first one waits for others

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

    async def everything(self) -> None:
        """Wait until all that was added is written."""
        await self._results.join()
        await self._parcels.join()

    async def _settle(self, results: Sequence[Result]) -> None:
        obsolete = await self._database.do(settling.settle, results)
        await self._beside(_remove, sorted(obsolete))
        for result in results:
            parcel = result.errand.parcel
            parcel.claim.visits -= 1
            parcel.left -= bool(result.outcome)
            if result.outcome and not parcel.left:
                self.close(parcel)
            self._ended(parcel.claim)

    async def _close(self, parcels: Sequence[Parcel]) -> None:
        closings = await self._database.do(finishing.tidied, parcels)
        are_described = await self._beside(_describe, closings)
        ready = [closing for closing, is_described in zip(closings, are_described, strict=True) if is_described]
        if settings.HARVEST_WRITE_BACK:
            await self._beside(_note, ready)
        closed = await self._database.do(finishing.close, ready)
        await self._beside(_remove, [key for closing in ready for key in closing.obsolete])
        put_off = {id(closing.parcel) for closing in closings} - {id(closing.parcel) for closing in closed}
        for closing, is_described in zip(closings, are_described, strict=True):
            if not is_described:
                closing.parcel.claim.put_off(STORAGE_REST)
        for parcel in parcels:
            parcel.claim.closing -= 1
            parcel.claim.left -= id(parcel) not in put_off
            self._ended(parcel.claim)

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


def _describe(closing: Closing) -> bool:
    """Write what is said of a document beside its files, and tell whether that worked."""
    try:
        storage.replace(*closing.description)
    except StorageUnavailable:
        return False
    return True


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
