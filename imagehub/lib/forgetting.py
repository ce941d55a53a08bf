"""Removing rows that nobody needs any more, however many there are by then."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

AT_ONCE = 500  # rows of one transaction: others want to write in between


def forget(rows: QuerySet[M]) -> None:
    """Delete rows and what hangs on them, a bounded number at a time and in their order, best that of an index."""
    while keys := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=keys).delete()  # noqa: SLF001  # Django's public seam
