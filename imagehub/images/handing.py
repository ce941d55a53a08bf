"""Things that are few, and go from hand to hand: next is whoever has fewest of them, and of those who waits longest."""

import threading
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


@dataclass(eq=False)
class _Waiting(Generic[Thing]):
    owner: Hashable
    served: threading.Event = field(default_factory=threading.Event)
    given: list[Thing] = field(default_factory=list)


class Hands(Generic[Thing]):
    """Things that threads take for an owner and give back; what is free goes to those who wait before anybody else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: list[Thing] = []
        self._held = Counter[Hashable]()
        self._waiting: list[_Waiting[Thing]] = []

    @property
    def free(self) -> int:
        """How many would be taken at once now; below zero, how many are waited for."""
        return len(self._free) - len(self._waiting)

    def add(self, thing: Thing) -> None:
        """Bring a thing that nobody has."""
        with self._lock:
            self._hand_over(thing)

    def take(self, owner: Hashable, patience: float) -> Thing:
        """Return the one that was given back last, or wait for one; TimeoutError when there is none in time."""
        mine = _Waiting[Thing](owner)
        with self._lock:
            self._waiting.append(mine)
            if self._free:
                self._hand_over(self._free.pop())
        if not mine.served.wait(patience):
            self._give_up(mine)
        return mine.given[0]

    def give_back(self, thing: Thing, owner: Hashable) -> None:
        """Return what was taken for an owner, or what stands in its place."""
        with self._lock:
            self._held[owner] -= 1
            self._held += Counter()  # without those who have none any more
            self._hand_over(thing)

    def exhaust(self) -> list[Thing]:
        """Remove and return all that are free."""
        with self._lock:
            found, self._free = self._free, []
        return found

    def _hand_over(self, thing: Thing) -> None:
        if not self._waiting:
            self._free.append(thing)
            return
        next_ = min(self._waiting, key=lambda one: self._held[one.owner])
        self._waiting.remove(next_)
        self._held[next_.owner] += 1
        next_.given.append(thing)
        next_.served.set()

    def _give_up(self, mine: _Waiting[Thing]) -> None:
        """Wait no longer, unless it was served at the last moment."""
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise TimeoutError
