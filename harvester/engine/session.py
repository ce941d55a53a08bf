"""A worker at work for a minute or so: it takes steps, visits what is in them, and settles what came of it.

At most one session runs in a process. Whoever asks for another meanwhile only makes sure that the one under way
looks for work once more before it ends.
"""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from multiprocessing import RawValue

from django.conf import settings

from harvester.engine.bench import Bench
from harvester.engine.database import Database
from harvester.engine.visits import Manners, Visitor
from harvester.politeness.agents import agent
from harvester.politeness.gates import Gates
from harvester.politeness.robots import Robots
from harvester.services import claiming, planning
from imagehub.lib import cores
from imagehub.lib.outbound.pool import Pool

LENGTH = 60.0  # seconds in which steps are taken
PATIENCE = 10.0  # seconds that visits under way then have to end
PAUSE = 0.5  # seconds between two looks for steps where there were none
LOOK = 2.0  # seconds between two looks for jobs that nobody has begun to lay out
HANDS = 8  # threads that judge and store pictures

_running = threading.Lock()
_knocked = threading.Event()
_stopping = threading.Event()
# Shared with the processes that a worker forks; plain memory, since one that is killed would not give a lock back.
_is_leaving = RawValue("b", 0)


def run(length: float = LENGTH) -> bool:
    """Work while there is something to do, but not much longer than `length` seconds; tell whether more is left."""
    spare_collector()
    _knocked.set()
    is_more = False
    while not is_more and _knocked.is_set() and _running.acquire(blocking=False):
        _stopping.clear()
        try:
            with cores.one_of_its_own(settings.DATA_DIR):
                is_more = asyncio.run(_session(length))
        finally:
            _running.release()
    return is_more


@cache
def spare_collector() -> None:
    """Let the garbage collector pass over, from now on, what this process had loaded before its first session.

    That is a hundred times as much as a session makes, and all of it stays.
    """
    gc.collect()
    gc.freeze()


def stop() -> None:
    """Let the session of this process, if there is one, come to its end now."""
    _stopping.set()


def leave() -> None:
    """Let the sessions of this process and of those it has forked come to their end now, and no other begin."""
    _is_leaving.value = 1


async def _session(length: float) -> bool:
    with ThreadPoolExecutor(HANDS, "harvest") as hands, Database() as database:
        async with Pool(connections=settings.MAX_CONCURRENT_DOWNLOADS, agent=agent()) as pool, Gates() as gates:
            visitor = Visitor(pool, Manners(gates, Robots(pool, gates).allows), hands)
            bench = Bench(visitor, database, hands)
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(bench.run()), group.create_task(_make_room(database))]
                await _serve(bench, length)
                await bench.clear(PATIENCE)
                for task in beside:
                    task.cancel()
        return await database.do(claiming.is_wanted)


async def _make_room(database: Database) -> None:
    """Let the session end early where every process is busy with one, and a new job waits for one to lay it out."""
    is_overdue = False
    while not is_overdue:
        await asyncio.sleep(LOOK)
        is_overdue = await database.do(planning.is_overdue)
    stop()


async def _serve(bench: Bench, length: float) -> None:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + length
    while loop.time() < ends_at and not (_stopping.is_set() or _is_leaving.value):
        _knocked.clear()
        if await bench.fill():
            continue
        if bench.is_empty and not _knocked.is_set():
            return
        await bench.wait(PAUSE)
