"""Orders that people give to things."""

from collections.abc import Iterable


def moved(order: Iterable[str], one: str, step: int) -> list[str]:
    """Return an order in which one has moved by so many places, at most to an end; an unknown one moves nothing."""
    after = list(order)
    if one in after:
        place = max(0, after.index(one) + step)
        after.remove(one)
        after.insert(place, one)
    return after
