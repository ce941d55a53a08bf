"""The interpreter's time during a session."""

import gc
import sys

import pytest

from harvester.engine.turns import OBJECTS, TURN, short_turns


def divided() -> tuple[float, tuple[int, int, int]]:
    return sys.getswitchinterval(), gc.get_threshold()


def test_turns_are_short_during_a_session_and_as_before_after_it_however_it_ends() -> None:
    before = divided()
    during: list[object] = []

    def fail() -> None:
        with short_turns():
            during.append(divided())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert during == [(pytest.approx(TURN), (OBJECTS, *before[1][1:]))]
    assert divided() == before
