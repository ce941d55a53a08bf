from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.base import BaseCache

from imagehub.lib import shared


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
