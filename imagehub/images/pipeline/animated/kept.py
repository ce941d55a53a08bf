"""What is kept of an animation, whatever its format."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

SPARE = 8
"""Bytes at the end of a frame's compressed pixels that an honest encoder may leave over are fewer than these."""

MOST_DELAY = 655_350
"""Milliseconds for which a frame may be shown, as many as GIF can say."""

_HASTY, _UNHURRIED = 10, 100
_LONGEST = 60_000


class Frame(NamedTuple):
    """One frame by itself, to be decoded before the whole is believed."""

    still: bytes
    """A file of nothing but its own pixels."""
    shortened: list[bytes]
    """The same without the end of each compressed stream; none of them may decode."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A stripped animation."""

    data: bytes
    delays: list[int]
    """Milliseconds for which each frame is shown, as its file says."""
    frames: Iterator[Frame]

    @property
    def duration(self) -> int:
        """Milliseconds of one round, as browsers play it."""
        return sum(map(shown_for, self.delays))


def shown_for(delay: int) -> int:
    """Return for how long a frame is shown, in milliseconds: browsers take what is in too much haste for no word."""
    return _UNHURRIED if delay <= _HASTY else min(delay, _LONGEST)
