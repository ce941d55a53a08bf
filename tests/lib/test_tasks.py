from collections.abc import Iterator
from typing import Any

import celery
import pytest
import structlog
from django.db import transaction

from imagehub.lib import ids, tasks


@pytest.fixture
def broker_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "broker", tasks.Broker())


@pytest.fixture
def done() -> list[Any]:
    return []


@pytest.fixture
def job(done: list[Any], broker_is_well: None) -> Iterator[Any]:  # asked for what it does
    app = celery.Celery("tests", task_cls="imagehub.lib.tasks:Task", broker="memory://", set_as_current=False)
    app.conf.task_default_queue = ids.object_id()  # all apps of a process share one memory

    @app.task(name="tests.job")  # type: ignore[untyped-decorator]  # Celery has no types
    def work(number: int) -> None:
        done.append((number, structlog.contextvars.get_contextvars().get("request_id")))

    yield work
    app.close()


@pytest.fixture
def without_broker(broker_is_well: None) -> Iterator[Any]:  # likewise
    app = celery.Celery(
        "tests", task_cls="imagehub.lib.tasks:Task", broker="redis://127.0.0.1:1/0", set_as_current=False
    )
    app.conf.broker_transport_options = {"max_retries": 1, "interval_start": 0, "interval_max": 0}

    @app.task(name="tests.lost")  # type: ignore[untyped-decorator]  # likewise
    def work() -> None:
        raise AssertionError

    yield work
    app.close()


def messages(job: Any) -> list[Any]:
    found = []
    with job.app.connection_for_read() as connection, connection.SimpleQueue(job.app.conf.task_default_queue) as queue:
        while queue.qsize():
            message = queue.get_nowait()
            message.ack()
            found.append(message)
    return found


@pytest.mark.django_db(transaction=True)
def test_a_task_leaves_after_the_commit_and_never_after_a_rollback(job: Any) -> None:
    def change_of_mind() -> None:
        with transaction.atomic():
            job.delay(2)
            raise ZeroDivisionError

    with transaction.atomic():
        job.delay(1)
        assert messages(job) == []
    assert [message.payload[0] for message in messages(job)] == [[1]]
    with pytest.raises(ZeroDivisionError):
        change_of_mind()
    assert messages(job) == []


@pytest.mark.django_db(transaction=True)
def test_a_task_carries_the_id_of_the_request_that_asked(job: Any, done: list[Any]) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        job.delay(1)
    [message] = messages(job)
    assert message.headers["request_id"] == "abc"
    job.push_request(request_id="abc", called_directly=False)
    job(7)
    job.pop_request()
    assert done == [(7, "abc")]
    assert "request_id" not in structlog.contextvars.get_contextvars()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_fails_nobody_and_is_left_alone_for_a_while(without_broker: Any) -> None:
    assert tasks.broker.is_away() is False
    assert without_broker.delay() is None
    assert tasks.broker.is_away() is True
    with transaction.atomic():
        without_broker.delay()
