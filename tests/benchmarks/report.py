"""What a measure is, and how it is printed."""

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Measure:
    """One figure of ours against one of a named baseline, measured in turn in the same run."""

    name: str
    baseline: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float]
    goal: str

    @property
    def ratio(self) -> float:
        """The median of the ratios pair by pair."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    def __str__(self) -> str:
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        figures = f"{ours:>10.2f} {theirs:>10.2f} {self.unit:<7} {self.ratio:>6.2f}"
        return f"{self.name:<34} {figures}  {self.goal:<8} {self.baseline}"


def in_turn(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """Run both once to warm up, then A B A B …; return both lists of figures."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def heading() -> str:
    """The line above the table."""
    return f"{'measure':<34} {'ours':>10} {'baseline':>10} {'unit':<7} {'ratio':>6}  {'goal':<8} against"


def show(line: object) -> None:
    """Print one line at once, however slow the next measure is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
