from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from imagehub.events import views
from imagehub.events.models import Event
from imagehub.events.tasks import forget
from tests.events.conftest import happen

Api = Callable[..., APIClient]
PATH = "/api/v1/events"


def test_one_polls_ones_own_news_page_by_page(ada: Any, bea: Any, api: Api) -> None:
    for number in range(3):
        happen(ada, number)
    happen(bea, 9)
    first = api(ada).get(PATH, {"limit": 2}).json()
    assert [event["data"]["number"] for event in first["events"]] == [0, 1]
    assert first["last_id"] == 2
    assert set(first["events"][0]) == {"id", "type", "occurred_at", "data"}
    second = api(ada).get(PATH, {"after": first["last_id"]}).json()
    assert [event["id"] for event in second["events"]] == [3]
    assert second["last_id"] == 4
    assert second["reset"] is False


def test_large_news_come_in_several_answers(ada: Any, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        happen(ada, number)
    size = len(api(ada).get(PATH, {"limit": 1}).content)
    monkeypatch.setattr(views, "LARGEST", 2 * size)
    heard: list[int] = []
    answers, after = 0, 0
    while len(heard) < 5:
        answer = api(ada).get(PATH, {"after": after, "limit": 500}).json()
        heard += [event["data"]["number"] for event in answer["events"]]
        answers, after = answers + 1, answer["last_id"]
    assert heard == [0, 1, 2, 3, 4]
    assert answers == 3
    assert after == 5


def test_news_larger_than_an_answer_come_alone(ada: Any, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LARGEST", 1)
    happen(ada, 0)
    happen(ada, 1)
    first = api(ada).get(PATH).json()
    assert [event["data"]["number"] for event in first["events"]] == [0]
    assert first["last_id"] == 1


def test_a_position_that_is_no_longer_kept_or_never_was_says_reset(ada: Any, api: Api) -> None:
    happen(ada)
    api(ada).get(PATH)
    Event.objects.update(occurred_at=timezone.now() - timedelta(days=8))
    forget()
    for after in (0, 2):
        assert api(ada).get(PATH, {"after": after}).json() == {"events": [], "last_id": 1, "reset": True}
    assert api(ada).get(PATH, {"after": 1}).json() == {"events": [], "last_id": 1, "reset": False}


def test_strangers_hear_nothing(api: Api) -> None:
    answer = api().get(PATH)
    assert answer.status_code == 401
    assert answer.json()["code"] == "NOT_AUTHENTICATED"


def test_odd_questions_are_refused(ada: Any, api: Api) -> None:
    for query in ({"after": -1}, {"after": "x"}, {"limit": 0}, {"limit": 501}, {"after": 2**63}):
        answer = api(ada).get(PATH, query)
        assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), query


def test_a_poll_costs_few_queries_however_much_is_told(ada: Any, api: Api) -> None:
    client = api(ada)
    for number in range(50):
        happen(ada, number)
    client.get(PATH)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(client.get(PATH, {"limit": 500}).json()["events"]) == 50
    assert len(queries) <= 6
