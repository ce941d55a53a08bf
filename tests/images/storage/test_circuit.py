import pytest

from imagehub.images.storage import ObjectMissing, circuit
from imagehub.images.storage.circuit import FAILURES, REST, Circuit
from imagehub.images.storage.patience import Declined
from imagehub.lib.errors import StorageUnavailable


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(circuit, "monotonic", clock)
    return clock


def ask(of: Circuit, error: type[Exception] | None = None) -> str:
    """Hold a question that ends so, and tell whether it was let through."""
    heard = "refused"
    try:
        with of.question():
            heard = "asked"
            if error:
                raise error
    except (StorageUnavailable, ObjectMissing):
        pass
    return heard


@pytest.fixture
def failed(clock: Clock) -> Circuit:
    made = Circuit()
    assert [ask(made, StorageUnavailable) for _ in range(FAILURES)] == ["asked"] * FAILURES
    return made


def test_after_some_failures_in_a_row_nobody_asks_for_a_while(failed: Circuit, clock: Clock) -> None:
    assert (failed.is_open, ask(failed)) == (True, "refused")
    clock.now += REST - 0.01
    assert ask(failed) == "refused"


def test_then_one_goes_to_see_and_the_others_wait_for_what_it_finds(failed: Circuit, clock: Clock) -> None:
    clock.now += REST
    with failed.question():
        assert ask(failed) == "refused"
    assert (failed.is_open, ask(failed)) == (False, "asked")


def test_who_finds_it_away_still_begins_another_rest(failed: Circuit, clock: Clock) -> None:
    clock.now += REST
    assert [ask(failed, StorageUnavailable), ask(failed)] == ["asked", "refused"]
    clock.now += REST
    assert [ask(failed), ask(failed)] == ["asked", "asked"]


@pytest.mark.parametrize("answer", [None, ObjectMissing, Declined])
def test_an_answer_of_any_kind_begins_the_count_anew(clock: Clock, answer: type[Exception] | None) -> None:
    made = Circuit()
    for ending in (*[StorageUnavailable] * (FAILURES - 1), answer, *[StorageUnavailable] * (FAILURES - 1)):
        assert ask(made, ending) == "asked"
    assert not made.is_open


def test_who_breaks_off_says_nothing_about_the_place(failed: Circuit, clock: Clock) -> None:
    clock.now += REST
    with pytest.raises(ValueError, match="ours"), failed.question():
        raise ValueError("ours")
    assert (failed.is_open, ask(failed)) == (True, "refused")
