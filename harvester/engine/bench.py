"""What a session has on its bench: the steps it holds, and the visits under way."""

import asyncio
import secrets
from concurrent.futures import Executor
from contextlib import suppress

import structlog

from harvester.engine.database import Database
from harvester.engine.records import Records
from harvester.engine.visits import Visitor
from harvester.models import Outcome
from harvester.services import claiming, finishing
from harvester.work import Claim, Errand, Result

ROOM = 1000  # visits under way at once, most of which wait for their host
SHARE = 200  # of those of one step
BEAT = 2.0  # seconds in which a job that was called off is noticed

log = structlog.get_logger(__name__)


class Bench:
    """Takes steps while there is room, and leaves none behind."""

    def __init__(self, visitor: Visitor, database: Database, hands: Executor) -> None:
        self._visitor = visitor
        self._database = database
        self._records = Records(database, hands, self._ended)
        self._lease = secrets.token_hex(16)
        self._claims: dict[int, Claim] = {}
        self._visits: dict[asyncio.Task[None], Errand] = {}
        self._resting: asyncio.Queue[Claim] = asyncio.Queue()
        self._has_let_go = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on it."""
        return not self._claims

    async def fill(self) -> bool:
        """Take one more step if there is room, and tell whether one was taken.

        Where there is no room, a job of which nothing is on the bench still gets its first step: a small one
        does not wait for a huge one.
        """
        if len(self._visits) >= 2 * ROOM:
            return False
        busy = {claim.job for claim in self._claims.values()} if len(self._visits) >= ROOM else set()
        claim = await self._database.do(claiming.take, self._lease, without=busy)
        if claim is not None:
            self._begin(claim)
        return claim is not None

    async def wait(self, seconds: float) -> None:
        """Wait until something has left it, at most for some seconds."""
        self._has_let_go.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._has_let_go.wait(), seconds)

    async def run(self) -> None:
        """Settle what visits bring, let go of steps, and drop what is not ours any more, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for work in (self._records.run, self._let_go, self._beat):
                group.create_task(work())

    async def clear(self, patience: float) -> None:
        """Let visits end, for some seconds; write everything down, and give back what is not done."""
        self._visitor.is_ending = True
        for claim in self._claims.values():
            claim.waiting.clear()
        if self._visits:
            _done, late = await asyncio.wait(self._visits, timeout=patience)
            for visit in late:
                visit.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._records.everything()
        await self._resting.join()
        await self._database.do(claiming.hand_on, self._lease, list(self._claims.values()))

    def _begin(self, claim: Claim) -> None:
        self._claims[claim.step] = claim
        for parcel in claim.parcels:
            if not parcel.left:
                self._records.close(parcel)
        for _ in range(SHARE):
            self._send_somebody(claim)
        self._ended(claim)

    def _send_somebody(self, claim: Claim) -> None:
        """Begin a visit to the next address of a step, if one is left."""
        if not claim.waiting:
            return
        errand = claim.waiting.popleft()
        claim.visits += 1
        visit = asyncio.create_task(self._visit(errand))
        self._visits[visit] = errand
        visit.add_done_callback(self._visits.pop)

    async def _visit(self, errand: Errand) -> None:
        result = Result(errand, "")
        try:
            result = await self._visitor.visit(errand)
        except Exception:
            # Whatever we have overlooked about one address must not keep the others, nor come again for ever.
            log.exception("harvest.visit_failed")
            result = Result(errand, Outcome.FAILED, reason="gave_up")
        finally:
            self._records.add(result)
            self._send_somebody(errand.parcel.claim)

    def _ended(self, claim: Claim) -> None:
        if claim.rests and self._claims.get(claim.step) is claim and not claim.is_resting:
            claim.is_resting = True
            self._resting.put_nowait(claim)

    async def _let_go(self) -> None:
        while True:
            claims = [await self._resting.get()]
            while not self._resting.empty():
                claims.append(self._resting.get_nowait())
            await self._database.do(finishing.finish_steps, [claim.step for claim in claims if not claim.left])
            give_back = claiming.hand_on if self._visitor.is_ending else claiming.give_back
            await self._database.do(give_back, self._lease, [claim for claim in claims if claim.left])
            for claim in claims:
                self._claims.pop(claim.step, None)
                self._resting.task_done()
            self._has_let_go.set()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            held = dict(self._claims)
            ours = await self._database.do(claiming.extend, self._lease, list(held.values()))
            for step in held.keys() - ours:
                self._drop(held[step])
            await self._records.tell()

    def _drop(self, claim: Claim) -> None:
        """Stop working on a step: its job is over, or somebody else took it for abandoned."""
        if self._claims.pop(claim.step, None) is None:
            return
        claim.waiting.clear()
        for visit, errand in self._visits.items():
            if errand.parcel.claim is claim:
                visit.cancel()
