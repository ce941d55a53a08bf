"""The same address in several documents of a job is asked for once by a worker; the others are given what it gave."""

import asyncio
from collections import OrderedDict
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from harvester.models import Outcome
from harvester.work import Errand, Result
from imagehub.images import storage
from imagehub.images.storage import ObjectMissing
from imagehub.lib.digests import sha256
from imagehub.lib.outbound.client import Reply

MOST = 5000  # addresses that a process remembers, those longest unused forgotten first
_Name = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Given:
    """What an address has given to a job."""

    outcome: str
    reason: str
    key: str = ""
    sha256: str = ""
    final_url: str = ""
    etag: str = ""
    last_modified: str = ""

    def reply(self) -> Reply | None:
        """Return it as its server would answer again, or None when the file is not there any more."""
        try:
            body = storage.read(self.key)
        except ObjectMissing:
            return None
        headers = {"etag": self.etag, "last-modified": self.last_modified}
        return Reply(200, headers, body, self.final_url) if sha256(body) == self.sha256 else None


_known: OrderedDict[_Name, Given] = OrderedDict()  # of this process; it outlives a session


class Sharing:
    """Remembers what addresses have given, and lets one visit to an address follow the other."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[_Name, asyncio.Lock] = WeakValueDictionary()

    def turn(self, errand: Errand) -> AbstractAsyncContextManager[None]:
        """Wait until nobody else visits the address for the same job."""
        return self._turns.setdefault(_name(errand), asyncio.Lock())

    def find(self, errand: Errand) -> Given | None:
        """Return what the address has given to the same job, if it was asked for another document."""
        given = _known.get(_name(errand))
        if given is not None:
            _known.move_to_end(_name(errand))
        return given

    def learn(self, result: Result) -> None:
        """Remember how a visit ended."""
        if given := _given(result):
            _known[_name(result.errand)] = given
            if len(_known) > MOST:
                _known.popitem(last=False)


def _given(result: Result) -> Given | None:
    if result.outcome in {Outcome.FAILED, Outcome.SKIPPED}:
        return Given(result.outcome, result.reason)
    file = result.file or result.errand.kept
    if not result.outcome or file is None:
        return None
    return Given(result.outcome, "", file.key, file.sha256, result.final_url, result.etag, result.last_modified)


def _name(errand: Errand) -> _Name:
    return errand.parcel.claim.job, errand.url
