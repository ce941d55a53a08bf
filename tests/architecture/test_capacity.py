"""What README.md says about capacity is what follows from the costs that were measured last."""

from pathlib import Path

import pytest

from tests.benchmarks import bearing
from tests.benchmarks.bearing import MIX, PARTS, Cost

EVEN = {name: Cost(dict.fromkeys(PARTS, 2.0) | {"pages": 10.0, "database": 6.0}, 5.0, 10.0, 1.0) for name in MIX}


@pytest.mark.parametrize("table", [bearing.operations, bearing.growth])
def test_the_page_shows_the_tables_that_follow_from_the_costs(table: object) -> None:
    assert callable(table)
    assert "\n".join(table(bearing.known())) in Path("README.md").read_text(encoding="utf-8")


def test_the_page_says_what_is_full_first() -> None:
    told = " ".join(Path("README.md").read_text(encoding="utf-8").split())
    assert bearing.first_bottleneck(bearing.known()) in told


def test_the_mix_is_a_hundred_requests_of_kinds_that_were_measured() -> None:
    assert (sum(MIX.values()), set(MIX)) == (100, set(bearing.known()))


def test_what_one_machine_bears_fills_its_cores_as_far_as_they_may_be() -> None:
    assert bearing.average(EVEN).total == pytest.approx(24.0)
    assert bearing.bearable(EVEN) == pytest.approx(50.0)


def test_ten_times_as_much_takes_ten_times_the_cores() -> None:
    _head, _line, *rows = bearing.growth(EVEN)
    assert rows[0] == "| 1 | 50 | 0.8 | 0.2 | 0.5 | 0.2 | 0.2 | 0.2 | 250 | 0.5 | 4 |"
    assert rows[2] == "| 100 | 5,000 | 84 | 17 | 50 | 17 | 17 | 17 | 25,000 | 50.0 | 432 |"


def test_the_busiest_part_is_named_and_where_one_database_ends() -> None:
    assert bearing.first_bottleneck(EVEN) == (
        "What is full first is the processor, 42% of it in the pages; "
        "one database server of 32 cores carries 3,200 requests a second."
    )
