"""Guessing is slow, and nobody can keep somebody else out."""

import time

import pytest
from pytest_django import Settings

from accounts import services
from accounts.models import KnownAddress, User
from imagehub.lib.errors import InvalidCredentials, Throttled
from tests.conftest import PASSWORD

HOME, CAFE, ATTACKER = "198.51.100.7", "198.51.100.8", "203.0.113.9"


@pytest.fixture(autouse=True)
def _one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the clock of the guard, so that no test straddles two windows."""
    monkeypatch.setattr(time, "time", lambda: 60_000_030.0)


def guess(login: str, address: str, times: int = 1) -> list[str]:
    outcomes = []
    for _ in range(times):
        try:
            services.sign_in(login, "wrong", address=address)
        except (InvalidCredentials, Throttled) as refusal:
            outcomes.append(refusal.code)
    return outcomes


def test_ten_guesses_at_an_account_from_anywhere(ada: User) -> None:
    outcomes = [guess("ada", f"203.0.113.{number}")[0] for number in range(12)]
    assert outcomes == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"] * 2


def test_name_and_address_of_an_account_share_a_budget(ada: User) -> None:
    names = ["ada", "ADA ", "ada@example.org", "Ada@Example.ORG"] * 3
    outcomes = [guess(name, f"203.0.113.{number}")[0] for number, name in enumerate(names)]
    assert outcomes == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"] * 2


def test_ten_guesses_from_an_address_at_anybody(db: None) -> None:
    outcomes = [guess(f"user{number}", ATTACKER)[0] for number in range(12)]
    assert outcomes == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"] * 2


def test_the_addresses_of_one_ipv6_household_count_as_one(db: None) -> None:
    outcomes = [guess(f"user{number}", f"2001:db8::{number}")[0] for number in range(12)]
    assert outcomes[-1] == "THROTTLED"
    assert guess("someone", "2001:db8:0:1::1") == ["INVALID_CREDENTIALS"]


def test_strangers_cannot_keep_somebody_from_an_address_of_hers(ada: User) -> None:
    services.sign_in("ada", PASSWORD, address=HOME)
    for number in range(20):
        guess("ada", f"203.0.113.{number}")

    assert services.sign_in("ada", PASSWORD, address=HOME).access
    with pytest.raises(Throttled):
        services.sign_in("ada", PASSWORD, address=CAFE)


def test_a_known_address_is_no_licence_to_guess(ada: User, bea: User) -> None:
    services.sign_in("ada", PASSWORD, address=HOME)
    assert guess("ada", HOME, 12) == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"] * 2
    assert guess("bea", HOME, 12) == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"] * 2


def test_signing_in_again_and_again_is_no_guessing(ada: User) -> None:
    for number in range(25):
        assert services.sign_in("ada", PASSWORD, address=f"203.0.113.{number}").access
    assert KnownAddress.objects.filter(user=ada).count() == 25


def test_a_success_in_between_does_not_buy_guesses(ada: User, bea: User) -> None:
    outcomes = []
    for number in range(12):
        try:
            services.sign_in("bea", PASSWORD, address=ATTACKER)
        except Throttled:
            outcomes.append("bea is kept out")
        outcomes += guess(f"user{number}", ATTACKER)
    assert outcomes == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"] * 2


def test_refused_tries_do_not_prolong_the_wait(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    guess("ada", ATTACKER, 500)
    monkeypatch.setattr(time, "time", lambda: 60_000_060.0 + 7)
    assert guess("ada", ATTACKER, 3) == ["INVALID_CREDENTIALS", "THROTTLED", "THROTTLED"]
    monkeypatch.setattr(time, "time", lambda: 60_000_180.0)
    assert guess("ada", ATTACKER) == ["INVALID_CREDENTIALS"]


def test_an_address_is_not_kept_in_the_clear(ada: User) -> None:
    services.sign_in("ada", PASSWORD, address=HOME)
    row = KnownAddress.objects.get()
    assert (len(row.digest), HOME in row.digest) == (64, False)


def test_a_load_test_may_switch_it_off(ada: User, settings: Settings) -> None:
    settings.THROTTLING = False
    assert guess("ada", ATTACKER, 15) == ["INVALID_CREDENTIALS"] * 15


def test_a_cache_that_is_down_neither_opens_the_gate_nor_shuts_it(ada: User, lost_cache: None) -> None:
    assert services.sign_in("ada", PASSWORD, address=CAFE).access
    assert guess("ada", CAFE, 12) == ["INVALID_CREDENTIALS"] * 10 + ["THROTTLED"] * 2
