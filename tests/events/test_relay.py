import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from imagehub.events import audience, outbox, relay
from imagehub.events.catalog import Kind
from imagehub.events.models import Counter, Event
from imagehub.events.tasks import forget
from tests.events.conftest import happen


@pytest.mark.usefixtures("db")
def test_the_first_position_is_one_and_the_counter_makes_itself(ada: Any) -> None:
    assert relay.advance() == 0
    happen(ada)
    assert relay.advance() == 1
    assert Counter.objects.get(name="given").position == 1


def test_more_than_a_batch_is_numbered_in_the_order_of_writing(ada: Any) -> None:
    Event.objects.bulk_create(
        Event(kind=Kind.LIBRARY_ADDED, audience=audience.user(ada), data={"number": n}) for n in range(1203)
    )
    assert relay.advance() == 1203
    told = relay.after(0, limit=2000)
    assert [news.position for news in told] == list(range(1, 1204))
    assert [news.data for news in told] == [{"number": n} for n in range(1203)]


def test_a_fact_that_is_rolled_back_is_never_told(ada: Any) -> None:
    def change_of_mind() -> None:
        with transaction.atomic():
            happen(ada)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_of_mind()
    assert relay.advance() == 0
    assert relay.after(0, limit=10) == []


def test_one_hears_ones_own_news_and_nothing_internal(ada: Any, bea: Any) -> None:
    happen(ada, 1)
    happen(bea, 2)
    outbox.record(Kind.ACCESS_ENDED, audience=audience.user(ada), data={})
    happen(ada, 3)
    last = relay.advance()
    heard = relay.told_to({audience.user(ada)}, after=0, until=last, limit=10)
    assert [news.data for news in heard] == [{"number": 1}, {"number": 3}]
    assert [news.position for news in heard] == [1, 4]


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_and_numberers_leave_no_gap_and_no_order_broken(ada: Any) -> None:
    seen: list[int] = []

    def write(name: int) -> None:
        for number in range(25):
            happen(ada, name * 100 + number)
        connection.close()

    def read() -> None:
        while len(seen) < 100:
            relay.advance()
            seen.extend(news.position for news in relay.after(seen[-1] if seen else 0, limit=500))
        connection.close()

    def number() -> None:
        while relay.last_id() < 100:
            relay.advance()
        connection.close()

    works = [*(lambda name=name: write(name) for name in range(4)), read, number]
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == list(range(1, 101))
    by_writer = [news.data["number"] for news in relay.after(0, limit=500)]
    for name in range(4):
        assert [n for n in by_writer if n // 100 == name] == list(range(name * 100, name * 100 + 25))
    close_old_connections()


def test_after_a_week_news_are_forgotten_and_the_gap_is_known(ada: Any) -> None:
    for number in range(3):
        happen(ada, number)
    relay.advance()
    Event.objects.filter(position__lte=2).update(occurred_at=timezone.now() - timedelta(days=7, minutes=1))
    forget()
    forget()
    assert [news.position for news in relay.after(0, limit=10)] == [3]
    assert [relay.is_replayable(after) for after in (0, 1, 2, 3, 4)] == [False, False, True, True, False]
    assert relay.last_id() == 3
