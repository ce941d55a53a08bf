"""From bytes to files in the storage: judged and written some at a time, beside the loop.

It waits for decoders and disks, and what costs it most is waiting: whatever has come while it waited makes up the
next group.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from harvester import naming
from harvester.judging import Unfit, Validation, judged_all
from harvester.work import Errand, File, Kept, Parcel
from imagehub.images import storage
from imagehub.images.pipeline.facts import Facts
from imagehub.images.storage import ObjectMissing, together
from imagehub.lib.digests import sha256

GROUPS = 6  # in hand at once: a disk takes several as quickly as one, and two are decoded meanwhile
MOST = 4  # pictures of a group; more of them save little work and are later on the disk
MOST_BYTES = 2 * 1024 * 1024  # of a group, or one picture: others wait for the same decoders
ALONE = 8  # groups in hand at once where a group is a single picture


@dataclass(frozen=True, slots=True)
class Found:
    """What an address gave."""

    file: File | None  # None: the bytes that are there already
    change: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Catch:
    """What an address gave, before anybody has looked at it."""

    errand: Errand
    body: bytes
    declared: str  # what its server calls it
    ending: "asyncio.Future[Found]"


_Files: TypeAlias = list[tuple[str, bytes]]
_Endings: TypeAlias = "asyncio.Future[list[Found | Unfit]]"


class Keeper:
    """Makes sure that pictures lie in the storage as they were fetched; it belongs to one event loop."""

    def __init__(self, hands: Executor, validation: Validation) -> None:
        self._hands = hands
        self._validation = validation
        self._waiting: dict[Parcel, deque[Catch]] = {}  # those first whose turn it is
        # Elsewhere each file is a request of its own, and its way there and back is the time it takes.
        self._most, self._places = (MOST, GROUPS) if storage.current().local else (1, ALONE)

    def keep(self, errand: Errand, body: bytes, declared: str) -> "asyncio.Future[Found]":
        """Judge and store a picture soon; Unfit when it is none."""
        ending: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(errand.parcel, deque()).append(Catch(errand, body, declared, ending))
        self._begin()
        return ending

    def _begin(self) -> None:
        while self._places > 0 and self._waiting:
            self._places -= 1
            self._send(list(self._next()))

    def _next(self) -> Iterator[Catch]:
        """Take what makes up a group: of one document, as far as it has so much, for that is one folder."""
        size = 0
        for _ in range(self._most):
            parcel = next(iter(self._waiting), None)
            if parcel is None or (size and size + len(self._waiting[parcel][0].body) > MOST_BYTES):
                break
            catch = self._taken(parcel)
            size += len(catch.body)
            yield catch
        if parcel in self._waiting:  # then it is others' turn
            self._waiting[parcel] = self._waiting.pop(parcel)

    def _taken(self, parcel: Parcel) -> Catch:
        catches = self._waiting[parcel]
        catch = catches.popleft()
        if not catches:
            del self._waiting[parcel]
        return catch

    def _send(self, group: Sequence[Catch]) -> None:
        done = asyncio.get_running_loop().run_in_executor(self._hands, _kept_all, group, self._validation)
        done.add_done_callback(partial(self._end, group))

    def _end(self, group: Sequence[Catch], done: _Endings) -> None:
        self._places += 1
        failure = done.exception()
        if failure is None:
            for catch, found in zip(group, done.result(), strict=True):
                _tell(catch, found)
        elif len(group) == 1:
            _tell(group[0], failure)
        else:  # one of them must not cost the others theirs
            for catch in group:
                self._places -= 1
                self._send([catch])
        self._begin()


def _tell(catch: Catch, found: Found | BaseException) -> None:
    if catch.ending.done():
        return
    if isinstance(found, Found):
        catch.ending.set_result(found)
    else:
        catch.ending.set_exception(found)


def _kept_all(group: Sequence[Catch], validation: Validation) -> list[Found | Unfit]:
    """Store what can be stored of a group, and tell of each what became of it."""
    judged = judged_all([(catch.body, catch.declared) for catch in group], validation)
    twins = {catch.errand.parcel for catch in group if catch.errand.has_twins}
    with ExitStack() as turns:
        # In one order, so that no two groups wait for each other.
        for parcel in sorted(twins, key=id):
            turns.enter_context(parcel.turn)
        return _stored(list(zip(group, judged, strict=True)))


def _stored(judged: Sequence[tuple[Catch, Facts | Unfit]]) -> list[Found | Unfit]:
    copies: _Files = []
    files: _Files = []
    found = [one if isinstance(one, Unfit) else _found(catch, one, copies, files) for catch, one in judged]
    # What shares a file has its copy before the file is another.
    for batch in (copies, files):
        together.replace_all(batch)
    for (catch, _facts), one in zip(judged, found, strict=True):
        if isinstance(one, Found) and one.file:
            catch.errand.parcel.renewed.add(catch.errand.row)
    return found


def _found(catch: Catch, facts: Facts, copies: _Files, files: _Files) -> Found:
    errand, body = catch.errand, catch.body
    digest, kept = sha256(body), errand.kept
    if kept is not None and kept.sha256 == digest and storage.exists(kept.key):
        return Found(None)
    name = naming.filename(errand.number, facts.format.extension)
    key = naming.original(errand.parcel.home, name)
    moved = _moved(kept, errand, copies) if kept is not None and kept.key == key else {}
    files.append((key, body))
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    file = File(key, facts.format.content_type, facts.width, facts.height, len(body), md5, digest, moved)
    return Found(file, "changed" if kept is not None else "added")


def _moved(kept: Kept, errand: Errand, copies: _Files) -> dict[int, str]:
    """Give a copy of their own to the other addresses that share a file about to be replaced."""
    ending = kept.key.rpartition(".")[2]
    twins = ((row, number) for row, number in kept.shared_with if row not in errand.parcel.renewed)
    places = {row: naming.original(errand.parcel.home, naming.filename(number, ending)) for row, number in twins}
    if not places:
        return {}
    former = _bytes(kept.key)
    if sha256(former) == kept.sha256:
        copies += [(key, former) for key in places.values()]
        return places
    # It was replaced before by somebody who could not say so any more, and who had made the copies by then.
    return {row: key for row, key in places.items() if sha256(_bytes(key)) == kept.sha256}


def _bytes(key: str) -> bytes:
    try:
        return storage.read(key)
    except ObjectMissing:
        return b""
