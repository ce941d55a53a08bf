"""One object is carried, whatever the hub does to it at any point of the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from imagehub.images.models import Image
from imagehub.images.moving import carrying
from imagehub.images.moving.carrying import Carrier, Outcome, Side
from imagehub.images.storage import LocalStorage, MovingStorage, ObjectStore
from imagehub.lib.digests import sha256
from imagehub.lib.errors import StorageUnavailable
from tests.images.conftest import Keep

KEY = "images/users/u/1.jpg"
OLD, NEW, ODD = b"old", b"new", b"odd"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "SETTLING", 0)
    monkeypatch.setattr(carrying, "PAUSES", (0, 0, 0))


@dataclass
class Ends:
    """Two places, and what happens right after a step of the mover's."""

    source: LocalStorage
    target: LocalStorage
    steps: list[str] = field(default_factory=list)

    @property
    def hub(self) -> MovingStorage:
        """The hub, as it is set up for the move."""
        here, there = (
            {"BACKEND": "imagehub.images.storage.LocalStorage", "OPTIONS": {"location": place.location}}
            for place in (self.target, self.source)
        )
        return MovingStorage(here, there)

    def carry(self, hub: Side = Side.TARGET) -> Outcome:
        return Carrier(self.source, self.target, hub).carry(KEY)

    def bytes_of(self, place: ObjectStore) -> bytes | None:
        return b"".join(place.chunks(KEY)) if place.exists(KEY) else None

    def have(self, source: bytes | None, target: bytes | None) -> None:
        for place, data in ((self.source, source), (self.target, target)):
            if data is not None:
                place.put(KEY, data)

    @property
    def both(self) -> tuple[bytes | None, bytes | None]:
        return self.bytes_of(self.source), self.bytes_of(self.target)


@pytest.fixture
def ends(tmp_path: Path) -> Ends:
    return Ends(LocalStorage(location=str(tmp_path / "from")), LocalStorage(location=str(tmp_path / "to")))


def known_as(data: bytes, keep: Keep, owner: User) -> None:
    """Let a row know the key, with the digest of some bytes."""
    image = keep(owner)
    Image.objects.filter(pk=image.pk).update(key=KEY, digest=sha256(data))


CASES = {
    "what is not there is written": (OLD, None, None, Side.TARGET, Outcome.MOVED, (OLD, OLD)),
    "what is there is compared": (OLD, OLD, None, Side.TARGET, Outcome.THERE, (OLD, OLD)),
    "what the hub keeps there since stays": (OLD, NEW, NEW, Side.TARGET, Outcome.NEWER, (OLD, NEW)),
    "what no row knows stays as the hub reads it": (OLD, NEW, None, Side.TARGET, Outcome.NEWER, (OLD, NEW)),
    "what is wrong there is written anew": (OLD, ODD, OLD, Side.TARGET, Outcome.RENEWED, (OLD, OLD)),
    "what is wrong in both stays as it is": (OLD, ODD, NEW, Side.TARGET, Outcome.IN_DOUBT, (OLD, ODD)),
    "a hub that writes to the source is right": (NEW, OLD, None, Side.SOURCE, Outcome.RENEWED, (NEW, NEW)),
    "what is gone needs nothing": (None, None, None, Side.TARGET, Outcome.GONE, (None, None)),
    "what is gone from the source stays in the target": (None, NEW, NEW, Side.TARGET, Outcome.GONE, (None, NEW)),
}


@pytest.mark.parametrize("case", CASES)
def test_an_object_arrives(case: str, ends: Ends, keep: Keep, ada: User) -> None:
    source, target, known, hub, outcome, both = CASES[case]
    ends.have(source, target)
    if known:
        known_as(known, keep, ada)
    assert ends.carry(hub) is outcome
    assert ends.both == both
    assert (ends.carry(hub) in {Outcome.THERE, Outcome.GONE}) is (both[0] == both[1] or both[0] is None)


def test_a_name_that_is_none_of_ours_stays_where_it_is(ends: Ends, tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "a:b").write_bytes(b"x")
    assert Carrier(ends.source, ends.target, Side.TARGET).carry("a:b") is Outcome.FOREIGN
    assert not (tmp_path / "to").exists()


class Interrupted(LocalStorage):
    """Lets something happen right before or after one of its steps, once."""

    before: dict[str, Callable[[], None]]
    after: dict[str, Callable[[], None]]

    def _with(self, step: str, work: Callable[[], Any]) -> Any:
        self.before.pop(step, lambda: None)()
        try:
            return work()
        finally:
            self.after.pop(step, lambda: None)()

    def put(self, key: str, data: bytes) -> None:
        self._with("put", lambda: super(Interrupted, self).put(key, data))

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Any:
        return self._with("chunks", lambda: super(Interrupted, self).chunks(key, start, length))

    def exists(self, name: str) -> bool:
        return bool(self._with("exists", lambda: super(Interrupted, self).exists(name)))


MOMENTS = [("source", "chunks"), ("target", "put"), ("target", "chunks"), ("source", "exists")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("place", "step"), MOMENTS)
@pytest.mark.parametrize("act", ["delete", "replace"])
def test_the_hub_may_act_at_any_moment(act: str, place: str, step: str, when: str, ends: Ends) -> None:
    ends.have(OLD, None)
    hub = ends.hub
    action = {"delete": lambda: hub.delete(KEY), "replace": lambda: hub.replace(KEY, NEW)}[act]
    slow = Interrupted(location=getattr(ends, place).location)
    slow.before, slow.after = {}, {}
    getattr(slow, when)[step] = action
    setattr(ends, place, slow)
    ends.carry()
    assert slow.before == slow.after == {}
    assert (hub.exists(KEY) and b"".join(hub.chunks(KEY))) == (NEW if act == "replace" else False)


def test_another_mover_that_deletes_the_source_takes_nothing_away(ends: Ends, keep: Keep, ada: User) -> None:
    known_as(OLD, keep, ada)
    ends.have(OLD, None)
    slow = Interrupted(location=ends.source.location)
    slow.before, slow.after = {"exists": lambda: LocalStorage(location=slow.location).delete(KEY)}, {}
    ends.source = slow
    assert ends.carry() is Outcome.GONE
    assert ends.both == (None, OLD)


class Failing(LocalStorage):
    """Is away for a while."""

    failures = 0

    def put(self, key: str, data: bytes) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise StorageUnavailable
        super().put(key, data)


@pytest.mark.parametrize(("failures", "arrives"), [(3, True), (4, False)])
def test_a_place_that_is_away_is_asked_again(failures: int, arrives: bool, ends: Ends) -> None:
    ends.have(OLD, None)
    away = Failing(location=ends.target.location)
    away.failures, ends.target = failures, away
    if arrives:
        assert ends.carry() is Outcome.MOVED
    else:
        with pytest.raises(StorageUnavailable):
            ends.carry()
    assert ends.bytes_of(ends.source) == OLD
