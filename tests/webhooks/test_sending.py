"""Deliveries on their way to a real receiver, read with the standard's own library."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import WebhookVerificationError

from accounts.models import User
from imagehub.events.models import Event
from imagehub.webhooks import claiming, fanout, schedule, secrets, sending, services
from imagehub.webhooks.claiming import MOST
from imagehub.webhooks.models import Attempt, Delivery, Ending, Endpoint, Result, State, Tally
from tests.webhooks.conftest import Happen, Make
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db


def send() -> int:
    """Send all that is due."""
    fanout.fan_out()
    rounds = 0
    while sending.send_some():
        rounds += 1
    return rounds


def bring_forward() -> None:
    """Let the time come for whatever waits."""
    Delivery.objects.filter(state=State.PENDING).update(next_at=timezone.now())
    Endpoint.objects.update(resting_until=None)


def test_the_standards_own_library_accepts_what_we_send(
    ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    secret = make(ada).secret
    happen(ada, text="é\u2028</script>")
    assert send() == 1
    (message,) = receiver.received
    assert message.read_with(secret)["data"] == {"text": "é\u2028</script>"}
    assert message.headers["content-type"] == "application/json"
    assert message.headers["user-agent"] == "ImageHub-Webhooks/1"
    assert abs(int(message.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.message_id) == (State.DELIVERED, 1, message.message_id)
    assert send() == 0


def test_another_secret_another_body_or_another_time_is_not_accepted(
    ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    secret = make(ada).secret
    happen(ada)
    send()
    (message,) = receiver.received
    stale = str(int(message.headers["webhook-timestamp"]) - 301)
    for forged, key in (
        (type(message)(message.headers, message.body + b" "), secret),
        (type(message)({**message.headers, "webhook-id": "msg_other"}, message.body), secret),
        (type(message)({**message.headers, "webhook-timestamp": stale}, message.body), secret),
        (message, secrets.fresh()),
    ):
        with pytest.raises(WebhookVerificationError):
            forged.read_with(key)


def test_for_a_day_both_secrets_sign(ada: User, make: Make, happen: Happen, receiver: Receiver) -> None:
    made = make(ada)
    former, present = made.secret, services.rotate(made.row.public_id, by=ada).secret
    happen(ada)
    send()
    assert receiver.received[0].read_with(former) == receiver.received[0].read_with(present)
    Endpoint.objects.update(former_until=timezone.now())
    happen(ada)
    send()
    assert receiver.received[1].read_with(present)
    with pytest.raises(WebhookVerificationError):
        receiver.received[1].read_with(former)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500, 502, 503])
def test_what_does_not_arrive_is_tried_again_under_the_same_id(
    status: int, ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    make(ada)
    happen(ada)
    receiver.status, receiver.headers = status, {"Location": "http://127.0.0.1:1/elsewhere"}
    send()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == (State.PENDING, 1)
    assert timedelta(0) < delivery.next_at - timezone.now() <= timedelta(seconds=5)
    receiver.status = 200
    bring_forward()
    send()
    assert Delivery.objects.get().state == State.DELIVERED
    assert Tally.objects.by_result() == {Result.RETRIED: 1, Result.DELIVERED: 1}
    assert len({one.message_id for one in receiver.received}) == 1
    assert len(receiver.received) == 2
    assert list(Attempt.objects.order_by("pk").values_list("status", "reason")) == [(status, ""), (200, "")]


def test_ten_tries_take_three_days_and_then_the_endpoint_is_switched_off(
    ada: User, make: Make, happen: Happen, receiver: Receiver, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    make(ada)
    happen(ada, canary="a secret thing")
    receiver.status = 500
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # a context manager
        for _ in range(12):
            send()
            bring_forward()
    endpoint, delivery = Endpoint.objects.get(), Delivery.objects.get()
    assert len(receiver.received) == delivery.tries == 10
    assert (delivery.state, endpoint.ending) == (State.FAILED, Ending.FAILING)
    assert Tally.objects.by_result() == {Result.RETRIED: 9, Result.FAILED: 1}
    (letter,) = mail.outbox
    assert (letter.to, receiver.url in letter.body) == ([ada.email], True)
    told = Event.objects.get(kind="webhook.disabled")
    assert told.data == {"id": endpoint.public_id, "url": receiver.url, "reason": "failing"}
    assert "canary" not in str(list(Attempt.objects.values()))


def test_an_endpoint_that_heard_something_since_is_not_switched_off(
    ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    make(ada)
    happen(ada)
    receiver.status = 500
    send()
    Endpoint.objects.update(last_success_at=timezone.now() + timedelta(hours=1))
    Delivery.objects.update(tries=9)
    bring_forward()
    send()
    assert (Delivery.objects.get().state, Endpoint.objects.get().ending) == (State.FAILED, "")


def test_one_that_is_gone_is_switched_off_at_once(ada: User, make: Make, happen: Happen, receiver: Receiver) -> None:
    make(ada)
    happen(ada)
    happen(ada)
    receiver.status = 410
    send()
    assert Endpoint.objects.get().ending == Ending.GONE
    assert Tally.objects.by_result() == {Result.FAILED: 2}
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.FAILED}
    happen(ada)
    bring_forward()
    send()
    assert len(receiver.received) <= 2


@pytest.mark.parametrize(("status", "header", "seconds"), [(429, "120", 120), (503, "", 60), (502, "7", 7)])
def test_one_that_asks_for_less_is_left_alone(
    status: int, header: str, seconds: int, ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    make(ada)
    happen(ada)
    receiver.status, receiver.headers = status, {"Retry-After": header} if header else {}
    send()
    rest = (Endpoint.objects.get().resting_until or timezone.now()) - timezone.now()
    assert timedelta(seconds=seconds - 5) < rest <= timedelta(seconds=seconds)
    happen(ada)
    send()
    assert len(receiver.received) == 1


def test_one_that_answers_nothing_costs_a_try(
    ada: User, make: Make, happen: Happen, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT", 0.3)
    make(ada)
    happen(ada)
    receiver.pause.clear()
    send()
    assert Attempt.objects.get().reason == "too_slow"
    assert Delivery.objects.get().state == State.PENDING
    assert (Endpoint.objects.get().resting_until or timezone.now()) > timezone.now() + timedelta(seconds=50)


def test_an_address_is_judged_again_when_something_is_sent(
    ada: User, make: Make, happen: Happen, receiver: Receiver, settings: Settings
) -> None:
    make(ada)
    happen(ada)
    settings.OUTBOUND_ALLOW = []
    send()
    assert receiver.received == []
    assert Attempt.objects.get().reason == "address_refused"


def test_a_secret_that_can_not_be_opened_sends_nothing(
    ada: User, make: Make, happen: Happen, receiver: Receiver, settings: Settings
) -> None:
    make(ada)
    happen(ada)
    fanout.fan_out()
    settings.SECRET_KEY = "another " * 10
    sending.send_some()
    assert receiver.received == []
    assert Attempt.objects.get().reason == "secret_lost"


def test_what_a_killed_worker_had_in_hand_is_sent_by_another(
    ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    make(ada)
    happen(ada)
    fanout.fan_out()
    assert len(claiming.claim(MOST)) == 1
    assert send() == 0
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert send() == 1
    assert len(receiver.received) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_message_once(ada: User, make: Make, happen: Happen, receiver: Receiver) -> None:
    make(ada)
    for _ in range(24):
        happen(ada)

    def work(_number: int) -> None:
        try:
            send()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    send()
    assert len(receiver.received) == len({one.message_id for one in receiver.received}) == 24
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.DELIVERED}


def test_a_replay_is_the_same_message(ada: User, make: Make, happen: Happen, receiver: Receiver) -> None:
    endpoint = make(ada).row
    happen(ada)
    send()
    services.replay(endpoint.public_id, receiver.received[0].message_id, by=ada)
    send()
    first, second = receiver.received
    assert (first.body, first.message_id) == (second.body, second.message_id)


def test_all_that_failed_is_replayed(ada: User, make: Make, happen: Happen, receiver: Receiver) -> None:
    endpoint, began = make(ada).row, timezone.now()
    happen(ada)
    happen(ada)
    receiver.status = 410
    send()
    receiver.status = 200
    services.switch_on(endpoint.public_id, by=ada)
    assert services.replay_failed(endpoint.public_id, began, by=ada) == 2
    send()
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.DELIVERED}


def test_a_test_arrives(ada: User, make: Make, receiver: Receiver) -> None:
    made = make(ada, "job.failed")
    services.test(made.row.public_id, by=ada)
    send()
    assert receiver.received[0].read_with(made.secret)["type"] == "webhook.test"


def test_an_account_takes_its_webhooks_with_it(ada: User, make: Make, happen: Happen) -> None:
    from accounts import services as accounts

    make(ada)
    happen(ada)
    send()
    accounts.erase_account(ada, by=ada)
    assert [model.objects.count() for model in (Endpoint, Delivery, Attempt)] == [0, 0, 0]


def test_ten_tries_end_within_76_hours_whatever_is_asked_for() -> None:
    begin = timezone.now()
    for wish in (None, timedelta(hours=20)):
        now, tries, until = begin, 0, begin + timedelta(hours=76)
        while moment := schedule.next_try(tries + 1, now=now, until=until, wish=wish):
            now, tries = moment, tries + 1
        assert tries <= 9
        assert now - begin <= timedelta(hours=76)
        if wish is None:
            assert timedelta(hours=67) < now - begin


WISHES = [
    ("", None),
    ("0", None),
    ("30", timedelta(seconds=30)),
    ("999999999", timedelta(hours=24)),
    ("soon", None),
    ("Fri, 01 Jan 2027 00:01:00 GMT", timedelta(seconds=60)),
    ("Fri, 01 Jan 2020 00:01:00 GMT", None),
]


@pytest.mark.parametrize(("said", "meant"), WISHES)
def test_a_wish_is_read(said: str, meant: timedelta | None) -> None:
    assert schedule.wish({"retry-after": said, "date": "Fri, 01 Jan 2027 00:00:00 GMT"}) == meant


def test_an_answer_that_no_one_can_read_costs_a_try_like_any_other(
    ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    make(ada)
    happen(ada)
    receiver.status, receiver.headers = 503, {"Retry-After": "Mon, 01 Jan 2024 00:00:00 +99999999999999"}
    send()
    assert (Delivery.objects.get().tries, Attempt.objects.get().status) == (1, 503)
