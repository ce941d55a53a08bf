"""Slower when a host is strained; faster again only by what it answers well, or by time."""

import pytest

from harvester.politeness.pace import LONGEST_GAP, Pace

PLACES = 10


def gap_after(*answers: tuple[int, float]) -> float:
    pace = Pace()
    for status, seconds in answers:
        pace.answered(status, seconds, 0.0)
    return round(pace.gap(PLACES, 0.0), 3)


@pytest.mark.parametrize(
    ("answers", "gap"),
    [
        ([], 0.0),
        ([(200, 0.02)] * 5, 0.0),
        ([(200, 0.05), (200, 0.3)], 0.0),  # slower than it can, but still quick
        ([(200, 1.0)] * 5, 0.0),  # it is no faster, which is no strain
        ([(404, 0.02)] * 5, 0.0),
        ([(503, 0.02)], 0.05),
        ([(429, 0.02)], 0.05),
        ([(503, 0.02)] * 3, 0.2),
        ([(500, 0.02)] * 20, LONGEST_GAP),
        ([(503, 0.02)] * 3 + [(200, 0.02)], 0.1),
        ([(503, 0.02)] * 3 + [(304, 0.001)], 0.2),
        ([(503, 0.02)] * 3 + [(404, 0.001)], 0.2),
        ([(503, 0.02)] + [(200, 0.02)] * 6, 0.0),
    ],
)
def test_answers_set_the_pace(answers: list[tuple[int, float]], gap: float) -> None:
    assert gap_after(*answers) == gap


def test_a_host_that_gets_slower_is_asked_less_often_than_it_could_answer() -> None:
    well, strained = [(200, 0.1)] * 3, [(200, 2.0)] * 12
    assert gap_after(*well, *strained) > 2.0 / PLACES


def test_quick_error_pages_make_nobody_faster() -> None:
    slow = [(200, 0.1), *[(200, 2.0)] * 12]
    before = gap_after(*slow)
    assert gap_after(*slow, *[(404, 0.001)] * 50) == before
    assert gap_after(*slow, *[(304, 0.001)] * 50) == before
    assert gap_after(*slow, *[(200, 0.1)] * 50) == 0.0


def test_a_slow_error_page_makes_slower() -> None:
    assert gap_after((200, 0.1), *[(404, 3.0)] * 12) > 0.3


def test_failures_wear_off_with_time_alone() -> None:
    pace = Pace()
    for _ in range(3):
        pace.failed(100.0)
    assert [round(pace.gap(PLACES, now), 3) for now in (100.0, 110.0, 120.0, 400.0)] == [0.2, 0.1, 0.05, 0.0]
