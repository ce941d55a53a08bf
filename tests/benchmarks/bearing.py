"""How much an installation bears, from what one operation costs: a calculation, without a server.

`costs.json` holds what `python -m tests.benchmarks capacity` has measured last; the tables in README.md are what comes
of it here, and a test compares the two.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COSTS = Path(__file__).with_name("costs.json")
# Of a hundred requests, as in `tests.benchmarks.endurance`; of the views of renditions one in five is the first.
MIX = {"list": 40, "avatar": 40, "view": 12, "first view": 3, "upload": 5}
PARTS = ("pages", "workers", "database", "front", "redis", "sockets")
BUSY = 0.6  # of a core: what is left keeps answers quick when requests come in bursts
CORES = 2  # of the one machine that everything begins on
LARGEST = 32  # cores of one database server that is bought without thinking about it
DAY = 86_400


@dataclass(frozen=True)
class Cost:
    """What one operation takes."""

    milliseconds: dict[str, float]  # of processor time, by the part of the installation
    queries: float
    sent: float  # kilobytes
    stored: float  # kilobytes, for good

    @property
    def total(self) -> float:
        """Milliseconds of processor time on the whole."""
        return sum(self.milliseconds.values())


def known() -> dict[str, Cost]:
    """Return what was measured last."""
    return {name: Cost(**facts) for name, facts in json.loads(COSTS.read_text(encoding="utf-8")).items()}


def operations(costs: dict[str, Cost]) -> Iterator[str]:
    """Yield the table of what each operation costs."""
    yield f"| ms of processor time | {' | '.join(PARTS)} | together | queries | KB sent |"
    yield "|---|" + "--:|" * (len(PARTS) + 3)
    for name, cost in costs.items():
        spent = " | ".join(f"{cost.milliseconds[part]:.1f}" for part in PARTS)
        yield f"| {name} | {spent} | **{cost.total:.1f}** | {cost.queries:.1f} | {cost.sent:.1f} |"


def average(costs: dict[str, Cost]) -> Cost:
    """Return what a request of the mix costs."""
    return Cost(
        {part: _mean({name: cost.milliseconds[part] for name, cost in costs.items()}) for part in PARTS},
        *(_mean({name: getattr(cost, fact) for name, cost in costs.items()}) for fact in ("queries", "sent", "stored")),
    )


def bearable(costs: dict[str, Cost]) -> float:
    """Return how many requests of the mix a second the one machine bears."""
    return CORES * BUSY * 1000 / average(costs).total


def growth(costs: dict[str, Cost]) -> Iterator[str]:
    """Yield the table of what ten, a hundred and a thousand times as much takes."""
    one, first = average(costs), bearable(costs)
    yield f"| times | requests/s | {' | '.join(PARTS)} | queries/s | MB/s sent | GB a day |"
    yield "|--:|" + "--:|" * (len(PARTS) + 4)
    for times in (1, 10, 100, 1000):
        rate = first * times
        cores = " | ".join(_cores(rate * one.milliseconds[part]) for part in PARTS)
        volume = f"{rate * one.sent / 1e3:,.1f} | {rate * one.stored * DAY / 1e6:,.0f}"
        yield f"| {times:,} | {rate:,.0f} | {cores} | {rate * one.queries:,.0f} | {volume} |"


def first_bottleneck(costs: dict[str, Cost]) -> str:
    """Return the sentence about what is full first, and when the database is more than one server."""
    one = average(costs)
    busiest = max(PARTS, key=lambda part: one.milliseconds[part])
    share = one.milliseconds[busiest] / one.total
    most = LARGEST * BUSY * 1000 / one.milliseconds["database"]
    return (
        f"What is full first is the processor, {share:.0%} of it in the {busiest}; "
        f"one database server of {LARGEST} cores carries {most:,.0f} requests a second."
    )


def _mean(values: dict[str, float]) -> float:
    return sum(values[name] * share for name, share in MIX.items()) / sum(MIX.values())


def _cores(milliseconds_a_second: float) -> str:
    cores = milliseconds_a_second / 1000 / BUSY
    return f"{cores:,.1f}" if cores < 10 else f"{math.ceil(cores):,}"
