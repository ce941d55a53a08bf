"""Parts of long lists that are in an order of an index."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

NEAR = 8192  # neighbouring keys among which the next rows are looked for first


def part(rows: QuerySet[M], most: int) -> list[M]:
    """Return the first rows of an ordered list; two queries, whose cost does not depend on where the list begins.

    First the keys, from an index alone: asked for whole rows behind some place, MariaDB goes through all before it.
    Where rows have left the list between the two, a third asks at once: what is too short looks like a list's end.
    """
    keys = list(rows.values_list("pk", flat=True)[:most])
    found = list(rows.filter(pk__in=keys)) if keys else []
    return found if len(found) == len(keys) else list(rows[:most])


def older(rows: QuerySet[M], key: int, most: int) -> list[M]:
    """Return the first rows below a primary key of a list that goes down along these; two queries where they are near.

    Of a table with short rows, MariaDB would rather go through half of them than begin in the middle of an index: it
    takes the two for equally much as long as it isn't told how far to go.
    """
    rest = rows.filter(pk__lt=key)
    near = part(rest.filter(pk__gte=key - NEAR), most)
    return near if len(near) == most else part(rest, most)
