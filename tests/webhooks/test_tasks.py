"""Webhooks in the background: who sends, and what is forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts import services as accounts
from accounts.models import User
from imagehub.lib import forgetting
from imagehub.webhooks import fanout, seats, services, tasks
from imagehub.webhooks.models import Attempt, Delivery, Endpoint
from tests.webhooks.conftest import Happen, Make
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db


def test_what_is_due_is_sent(ada: User, make: Make, happen: Happen, receiver: Receiver) -> None:
    make(ada)
    happen(ada)
    tasks.deliver()
    assert len(receiver.received) == 1


def test_where_enough_others_send_nothing_is_sent_and_nothing_is_lost(
    ada: User, make: Make, happen: Happen, receiver: Receiver, settings: Settings
) -> None:
    settings.EMBEDDED = True
    make(ada)
    happen(ada)
    with seats.taken() as first, seats.taken() as second:
        tasks.deliver()
        assert (first, second, receiver.received, Delivery.objects.get().tries) == (True, False, [], 0)
    tasks.deliver()
    assert len(receiver.received) == 1


def test_a_month_is_remembered(ada: User, make: Make, happen: Happen) -> None:
    make(ada)
    happen(ada)
    happen(ada)
    tasks.deliver()
    old = Delivery.objects.order_by("pk")[0]
    Delivery.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    tasks.forget()
    kept = Delivery.objects.get()
    assert (kept.pk > old.pk, Attempt.objects.get().delivery_id) == (True, kept.pk)


@pytest.mark.parametrize("end", ["remove", "erase"])
def test_a_long_log_goes_a_bounded_part_at_a_time(
    end: str, ada: User, make: Make, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    endpoint = make(ada).row
    for _ in range(5):
        happen(ada)
    fanout.fan_out()
    with CaptureQueriesContext(connection) as asked:
        if end == "remove":
            services.remove(endpoint.public_id, by=ada)
        else:
            accounts.erase_account(ada, by=ada)
    gone = [
        one["sql"] for one in asked if one["sql"].startswith(("DELETE FROM `webhooks_del", 'DELETE FROM "webhooks_del'))
    ]
    assert len(gone) == 3
    assert [model.objects.count() for model in (Endpoint, Delivery)] == [0, 0]
