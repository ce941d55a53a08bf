from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.base import BaseCache
from pytest_django import Settings

from imagehub.lib import shared
from tests.loopback import Server, serving


def test_a_counter_counts_every_caller_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: shared.count("visits", seconds=60), range(100)))
    assert sorted(counts) == list(range(1, 101))


def emptied_before(step: Callable[..., int], times: int) -> Callable[..., int]:
    """Return the step with the cache emptied just before it, so many times."""
    left = [times]

    def late(self: BaseCache, name: str) -> int:
        if left[0]:
            left[0] -= 1
            cache.clear()
        return step(self, name)

    return late


@pytest.mark.parametrize("times", [1, 3])
def test_a_cache_that_is_emptied_in_between_makes_the_counter_begin_anew(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(caches["default"])
    shared.count("visits", seconds=60)
    monkeypatch.setattr(kind, "incr", emptied_before(kind.incr, times))

    assert shared.count("visits", seconds=60) == 1


@pytest.fixture
def silent(settings: Settings) -> Iterator[Server]:
    """A cache that takes connections and says nothing; it is forgotten afterwards."""
    with serving(lambda _head, _connection: None) as server:
        redis = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{server.port}",
        }
        settings.CACHES = {"default": redis | {"OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}}}
        yield server
        shared.absence.until = 0.0


def test_a_silent_cache_keeps_nobody_waiting_twice(silent: Server) -> None:
    start = monotonic()

    counts = [shared.count("visits", seconds=60) for _ in range(100)]

    assert counts == list(range(1, 101))
    assert monotonic() - start < 10
    assert silent.connections == 1
