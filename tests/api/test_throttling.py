"""Callers are counted one by one, and told where they stand."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from imagehub.api.throttling import Quota, count

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., APIClient]


@pytest.fixture
def at_second(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock of the counter."""

    def set_to(now: float) -> None:
        monkeypatch.setattr(time, "time", lambda: now)

    set_to(6000)
    return set_to


@pytest.mark.usefixtures("at_second")
def test_the_request_after_the_last_is_refused_until_the_window_ends(api: ClientOf) -> None:
    client = api()
    answers = [client.get("/api/rare") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit"] for answer in answers] == [
        '"rare";r=2;t=60',
        '"rare";r=1;t=60',
        '"rare";r=0;t=60',
        '"rare";r=0;t=60',
    ]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"rare";q=3;w=60'}
    assert answers[3].headers["Retry-After"] == "60"
    assert answers[3].json()["code"] == "THROTTLED"


def test_the_next_window_begins_at_nothing(api: ClientOf, at_second: Callable[[float], None]) -> None:
    at_second(6000 + 50)
    assert [api().get("/api/rare").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert api().get("/api/rare").headers["Retry-After"] == "10"
    at_second(6000 + 60)
    assert api().get("/api/rare").status_code == 200


@pytest.mark.usefixtures("at_second")
def test_callers_are_counted_apart(api: ClientOf, ada: Any, bea: Any) -> None:
    assert [api(ada).get("/api/rare").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert api(bea).get("/api/rare").status_code == 200
    assert api().get("/api/rare").status_code == 200
    assert api().get("/api/rare", REMOTE_ADDR="192.0.2.7").headers["RateLimit"] == '"rare";r=2;t=60'


@pytest.mark.usefixtures("at_second")
def test_everybody_else_has_the_usual_quota(api: ClientOf, ada: Any) -> None:
    assert api(ada).get("/api/echo").headers["RateLimit-Policy"] == '"peruser";q=3000;w=60'
    assert api().get("/api/echo").headers["RateLimit-Policy"] == '"peraddress";q=600;w=60'


@pytest.mark.parametrize(
    ("proxies", "forwarded", "same_caller"),
    [(0, "203.0.113.1", True), (1, "203.0.113.1", False), (1, "", True), (2, "203.0.113.1", True)],
)
@pytest.mark.usefixtures("at_second")
def test_a_forwarded_address_counts_behind_that_many_proxies_only(
    api: ClientOf, settings: Any, proxies: int, forwarded: str, same_caller: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies
    api().get("/api/rare")
    second = api().get("/api/rare", HTTP_X_FORWARDED_FOR=forwarded) if forwarded else api().get("/api/rare")
    assert (second.headers["RateLimit"] == '"rare";r=1;t=60') is same_caller


def test_it_can_be_switched_off(api: ClientOf, settings: Any) -> None:
    settings.THROTTLING = False
    answers = [api().get("/api/rare") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_while_the_cache_is_away_a_process_counts_for_itself(
    api: ClientOf, lost_cache: None, at_second: Callable[[float], None]
) -> None:
    at_second(12_000)
    assert [api().get("/api/rare").status_code for _ in range(4)] == [200, 200, 200, 429]
    at_second(12_060)
    assert api().get("/api/rare").status_code == 200


def test_parallel_requests_are_all_counted() -> None:
    quota = Quota("parallel", 1000, 3600)
    with ThreadPoolExecutor(8) as pool:
        standings = list(pool.map(lambda _: count("user:x", quota), range(200)))
    assert sorted(standing.used for standing in standings) == list(range(1, 201))
    cache.clear()
