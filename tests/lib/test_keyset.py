"""Parts of long lists: the rows and their order are those of the list, and what it reads along is read along."""

from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from imagehub.events.models import Event
from imagehub.lib import keyset
from imagehub.library.models import Album
from tests.rows import row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> QuerySet[Event]:
    """Seven in two audiences, the newest first."""
    for number in range(7):
        row_of(Event, audience=f"user:{number % 2}")
    return Event.objects.filter(audience="user:0").order_by("-pk")


@pytest.mark.parametrize("most", [1, 3, 4, 9])
def test_a_part_is_what_a_slice_would_be(
    events: QuerySet[Event], most: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wanted = list(events[:most])
    with django_assert_num_queries(2):
        assert keyset.part(events, most) == wanted
    rest = events.filter(pk__lt=wanted[0].pk)
    assert keyset.part(rest, most) == list(rest[:most])


@pytest.mark.parametrize(("most", "near", "queries"), [(2, 9, 2), (2, 2, 4), (1, 2, 2), (9, 9, 4), (2, 0, 3)])
def test_what_is_older_is_looked_for_nearby_first(
    events: QuerySet[Event],
    most: int,
    near: int,
    queries: int,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(keyset, "NEAR", near)
    newest, *rest = list(events)
    with django_assert_num_queries(queries):
        assert keyset.older(events, newest.pk, most) == rest[:most]


def test_where_there_is_nothing_rows_are_not_asked_for(
    events: QuerySet[Event], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert keyset.part(events.filter(kind="nothing"), 5) == []


def test_what_a_list_reads_along_is_there(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    names = [row_of(Album).owner.username for _ in range(3)]
    assert User.objects.count() == 3
    rows = Album.objects.select_related("owner").prefetch_related("items").order_by("pk")
    with django_assert_num_queries(3):
        found = keyset.part(rows, 2)
        assert [(album.owner.username, len(album.items.all())) for album in found] == [(name, 0) for name in names[:2]]


def test_rows_that_leave_the_list_meanwhile_do_not_end_it(events: QuerySet[Event]) -> None:
    """Fewer rows than were asked for would say that nothing follows."""
    newest, *rest = list(events.all())

    def overtaken(execute: Any, sql: str, *given: Any) -> Any:
        if "IN (" in sql:
            beginning.close()
            newest.delete()
        return execute(sql, *given)

    with ExitStack() as beginning:
        beginning.enter_context(connection.execute_wrapper(overtaken))
        assert keyset.part(events, 3) == rest[:3]
