import pytest

from imagehub.lib.turns import Late, turn


def test_whoever_waits_too_long_for_a_turn_is_late_and_takes_none() -> None:
    with turn("boat"):
        with pytest.raises(Late), turn("boat", 0.01):
            pytest.fail("it was somebody else's")
        with turn("another", 0.01):
            pass
    with turn("boat", 0.01):
        pass


def test_a_turn_ends_whatever_happened_in_it() -> None:
    with pytest.raises(ZeroDivisionError), turn("boat"):
        raise ZeroDivisionError
    with turn("boat", 0.01):
        pass
