from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

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
