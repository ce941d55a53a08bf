"""Dead hosts are left alone, and tried one at a time."""

from harvester.politeness.breaker import FAILURES, FIRST_REST, LONGEST_REST, PROBING, Breaker


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.begin()
        breaker.failed(now)
    return breaker


def test_some_failures_do_not_open_it() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(0.0)
    assert breaker.rest(0.0) == 0.0


def test_an_answer_in_between_starts_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed(0.0)
        breaker.answered()
    assert breaker.rest(0.0) == 0.0


def test_it_opens_for_a_while() -> None:
    breaker = opened()
    assert [breaker.rest(now) for now in (0.0, 2.0, FIRST_REST)] == [FIRST_REST, FIRST_REST - 2.0, 0.0]


def test_what_was_under_way_when_it_opened_makes_it_no_longer() -> None:
    breaker = opened()
    for _ in range(20):
        breaker.failed(1.0)
    assert breaker.rest(1.0) == FIRST_REST - 1.0


def test_one_tries_while_the_others_wait() -> None:
    breaker = opened()
    breaker.begin()
    assert breaker.rest(FIRST_REST) == PROBING
    breaker.answered()
    assert breaker.rest(FIRST_REST) == 0.0


def test_every_failed_try_doubles_the_rest() -> None:
    breaker, now, rests = opened(), 0.0, []
    for _ in range(9):
        rests.append(breaker.rest(now))
        now += breaker.rest(now)
        breaker.begin()
        breaker.failed(now)
    assert rests == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_a_try_that_told_nothing_lets_another_one_go() -> None:
    breaker = opened()
    breaker.begin()
    breaker.forgone()
    assert breaker.rest(FIRST_REST) == 0.0
