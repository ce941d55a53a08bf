"""Foreign pictures are decoded in small processes that can be killed.

`clean`, `inspect_all`, `render`, `edit` and `shrink` are those of the pipeline, run in a pool of child processes: each
starts on first use, is borrowed by one thread at a time, and is replaced when it dies, uses up its processor time or
is not heard of for too long. The header is judged before a child is troubled. What may take long waits for its like, so
that one child is left to all that is quick, foremost to files that come in; a child that becomes free goes to whoever
has fewest at work for their pictures.
"""

import atexit
import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeAlias

from imagehub.images import queueing
from imagehub.images.children import Child, Lost
from imagehub.images.fates import fate
from imagehub.images.handing import Hands
from imagehub.images.pipeline import wire
from imagehub.images.pipeline.editing.cost import admitted, judged, spent
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.pipeline.editing.output import Output
from imagehub.images.pipeline.editing.refused import TooExpensive
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe, probe_all
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.render import Rendered, Spec, Use
from imagehub.images.pipeline.sanitise import Clean, Reading
from imagehub.lib.errors import RecipeTooExpensive, Throttled

CHILDREN = 2
PATIENCE = 20.0
"""Seconds a caller waits for a free child before it is told to come back later."""

TRIES = 2  # of what a child was killed over by something else, before that counts as too much work

RENDER_SECONDS = 4.0  # of processor time, for a rendition of a stored picture and all else that is quick
RENDER_SECONDS_EACH = 0.75  # for each million pixels of it where that is more: as long as transparent noise takes
QUICK_PIXELS = int(RENDER_SECONDS / RENDER_SECONDS_EACH * 10**6)  # of a rendition, so that it is among the quick
MOVING_SECONDS = 20.0  # likewise, with all frames: what is see-through takes four times what the budget reckons with
EDIT_SECONDS = 20.0  # likewise, for a recipe that costs all that `editing.cost` admits
SHRINK_SECONDS = 20.0  # likewise, for writing one in fewer bytes

_QUICK_COST = 100.0  # what a recipe may be reckoned to cost that has to do with the time of a rendition: a second
_QUICK_BYTES, _QUICK_PIXELS = 4 * 1024 * 1024, 12_000_000  # of a PNG that is written in fewer likewise

_Message: TypeAlias = tuple[wire.Head, bytes]


class Decoders:
    """A pool of children, safe to use from many threads."""

    def __init__(self, children: int = CHILDREN, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._started: set[Child] = set()
        self._places = Hands[Child | None]()
        self._long = threading.Semaphore(max(1, children - 1))
        for _ in range(children):
            self._places.add(None)

    def clean(
        self, data: bytes, *, formats: frozenset[Format], limits: Limits, reading: Reading = Reading.COEFFICIENTS
    ) -> Clean:
        """Do `sanitise.clean` in a child; one that is lost means TOO_EXPENSIVE if it was over the time, else DAMAGED.

        Raises `Refusal`, or `Throttled` when no child becomes free in time.
        """
        probe(data, formats=formats, limits=limits)
        return wire.clean_of(*self._done(wire.cleaning(formats, limits, reading), data))

    def inspect_all(
        self, pictures: Sequence[bytes], *, formats: frozenset[Format], limits: Limits
    ) -> list[Facts | Refusal]:
        """Judge pictures that stay as they are, and do `inspection.inspect` in a child; otherwise as `clean`.

        A refusal takes the place of its picture's facts; a child that is lost costs no other picture's.
        """
        found = probe_all(pictures, formats=formats, limits=limits)
        left = deque(
            (place, (wire.inspecting(facts, limits.seconds), pictures[place]))
            for place, facts in enumerate(found)
            if isinstance(facts, Facts)
        )
        while left:
            for answer in self._answers([job for _place, job in left]):
                place, _job = left.popleft()
                try:
                    wire.require_sound(*answer)
                except Refusal as refusal:
                    found[place] = refusal
        return found

    def render(self, data: bytes, spec: Spec, pixels: int | None = None) -> Rendered:
        """Do `render.render` in a child, or `animated.rendering.rendered`; a lost child means as much as to `clean`.

        `pixels` says how many it will have where that is known to be fewer than those of the box.
        """
        made = spec.width * spec.height if pixels is None else pixels
        seconds = MOVING_SECONDS if spec.use is Use.MOVING else max(RENDER_SECONDS, made / 10**6 * RENDER_SECONDS_EACH)
        return wire.rendered_of(*self._done(wire.rendering(spec, seconds), data))

    def edit(self, data: bytes, recipe: Recipe, output: Output, overlays: Mapping[str, bytes]) -> Rendered:
        """Do `engine.edited` in a child; a lost child means as much as to `clean`.

        Raises `RecipeTooExpensive`, or `RecipeRefused` over a missing overlay, before a child is troubled.
        """
        try:
            facts = admitted(data, recipe, output, overlays)
        except TooExpensive:
            raise RecipeTooExpensive from None
        is_quick = spent(facts, recipe, output, overlays) <= _QUICK_COST
        seconds = RENDER_SECONDS if is_quick else EDIT_SECONDS
        head = wire.editing(recipe, output, overlays, seconds)
        return wire.rendered_of(*self._done(head, wire.joined(data, overlays)))

    def shrink(self, data: bytes) -> bytes:
        """Do `shrink.shrunk` in a child; a lost child means as much as to `clean`."""
        facts = judged(data)
        is_quick = len(data) <= _QUICK_BYTES and facts.width * facts.height <= _QUICK_PIXELS
        seconds = RENDER_SECONDS if is_quick else SHRINK_SECONDS
        return wire.fewer_of(*self._done(wire.shrinking(seconds), data))

    @property
    def pids(self) -> frozenset[int]:
        """The processes that run now."""
        return frozenset(child.pid for child in list(self._started) if child.is_alive)

    @property
    def free(self) -> int:
        """How many more jobs would be taken at once now; below zero, how many wait."""
        return self._places.free

    def shutdown(self) -> None:
        """End every child, also those at work; the pool stays usable.

        Pipes of a child at work are closed by the thread that waits for it, never under its hands.
        """
        for child in list(self._started):
            child.kill()
        for idle in self._places.exhaust():
            if idle is not None:
                self._remove(idle)
            self._places.add(None)

    def abandon(self) -> None:
        """Forget children that belong to the process we were forked from."""
        for child in self._started:
            child.let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.shutdown()

    def _done(self, head: wire.Head, body: bytes) -> _Message:
        with self._in_turn(head["job"], head["seconds"]):
            (answer,) = self._answers([(head, body)])
        return answer

    @contextmanager
    def _in_turn(self, job: str, seconds: float) -> Iterator[None]:
        """Let what may take long wait for its like: of all children one is left to the rest. A file never waits."""
        if job == "clean" or seconds <= RENDER_SECONDS:
            yield
            return
        with queueing.queue.long():
            if not self._long.acquire(timeout=self._patience):
                raise Throttled(retry_after=1)
            try:
                yield
            finally:
                self._long.release()

    def _answers(self, jobs: Sequence[_Message], tries: int = TRIES) -> Iterator[_Message]:
        """Yield what a child answers to one job after the other; where it is lost, a refusal in place of the rest.

        Where something else killed it, which may be nobody's fault, the rest is given to another one first.
        """
        owner = queueing.holder()
        child = self._borrowed(owner)
        place: Child | None = None
        answered = 0
        try:
            for answer in child.ask_each(jobs):
                answered += 1
                yield answer
        except Lost:
            reason = Reason.DAMAGED if child.is_ended else fate(child.pid)
        else:
            place = child
            return
        finally:
            if place is None:
                self._remove(child)
            self._places.give_back(place, owner)
        if reason is None and tries > 1:
            yield from self._answers(jobs[answered:], tries - 1)
        else:
            yield {"refused": reason or Reason.TOO_EXPENSIVE}, b""

    def _remove(self, child: Child) -> None:
        child.kill()
        child.let_go()
        self._started.discard(child)

    def _borrowed(self, owner: queueing.Holder) -> Child:
        try:
            child = self._places.take(owner, self._patience)
        except TimeoutError:
            raise Throttled(retry_after=1) from None
        if child is not None and child.is_fresh:
            return child
        if child is not None:
            self._remove(child)
        return self._new(owner)

    def _new(self, owner: queueing.Holder) -> Child:
        try:
            child = Child()
        except BaseException:
            self._places.give_back(None, owner)
            raise
        self._started.add(child)
        return child


_decoders = Decoders()


def clean(data: bytes, *, formats: frozenset[Format], limits: Limits, reading: Reading = Reading.COEFFICIENTS) -> Clean:
    """Clean foreign bytes in the process-wide pool; see `Decoders.clean`."""
    return _decoders.clean(data, formats=formats, limits=limits, reading=reading)


def inspect_all(pictures: Sequence[bytes], *, formats: frozenset[Format], limits: Limits) -> list[Facts | Refusal]:
    """Decode foreign bytes that stay as they are in the process-wide pool; see `Decoders.inspect_all`."""
    return _decoders.inspect_all(pictures, formats=formats, limits=limits)


def render(data: bytes, spec: Spec, pixels: int | None = None) -> Rendered:
    """Make a rendition in the process-wide pool; see `Decoders.render`."""
    return _decoders.render(data, spec, pixels)


def edit(data: bytes, recipe: Recipe, output: Output, overlays: Mapping[str, bytes]) -> Rendered:
    """Do a recipe in the process-wide pool; see `Decoders.edit`."""
    return _decoders.edit(data, recipe, output, overlays)


def shrink(data: bytes) -> bytes:
    """Write a PNG in fewer bytes in the process-wide pool; see `Decoders.shrink`."""
    return _decoders.shrink(data)


def pids() -> frozenset[int]:
    """Return the processes of the process-wide pool that run now."""
    return _decoders.pids


def shutdown() -> None:
    """End the children of the process-wide pool; they start again when needed."""
    _decoders.shutdown()


def _after_fork() -> None:
    global _decoders  # noqa: PLW0603  # a forked process must not share its parent's pipes
    _decoders.abandon()
    _decoders = Decoders()


atexit.register(shutdown)
os.register_at_fork(after_in_child=_after_fork)
