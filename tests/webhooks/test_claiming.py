"""Whose turn it is: no receiver, however slow or hostile, takes time from another owner's."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from imagehub.webhooks import claiming, fanout, sending
from imagehub.webhooks.claiming import DOUBTFUL, EACH, MOST
from imagehub.webhooks.models import SLOW, Attempt, Delivery, Endpoint
from imagehub.webhooks.services import Hearing
from tests.webhooks.conftest import Happen, Make
from tests.webhooks.receiver import Receiver, receiving

Prepare = Callable[..., None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepare(make: Make, happen: Happen) -> Prepare:
    """Have so many messages wait for each of so many endpoints of somebody."""

    def prepared(owner: User, *, endpoints: int = 1, messages: int = 1, milliseconds: int | None = 10) -> None:
        made = [make(owner).row.pk for _ in range(endpoints)]
        Endpoint.objects.filter(pk__in=made).update(milliseconds=milliseconds)
        for _ in range(messages):
            happen(owner)
        fanout.fan_out()

    return prepared


@pytest.fixture
def hanging() -> Iterator[Receiver]:
    """Another receiver, which takes messages and says nothing."""
    with receiving() as receiver:
        receiver.pause.clear()
        yield receiver


def owners(messages: list[claiming.Message]) -> dict[str, int]:
    """Return how many messages each owner has among these."""
    found = Delivery.objects.filter(pk__in=[one.delivery for one in messages])
    return dict(Counter(found.values_list("endpoint__owner__username", flat=True)))


@pytest.mark.parametrize(
    ("endpoints", "messages", "milliseconds", "expected"),
    [
        (1, 10, 10, EACH),
        (20, 1, 10, EACH),
        (20, 10, 10, EACH),
        (1, 10, None, 1),
        (1, 10, SLOW, 1),
        (1, 10, SLOW - 1, EACH),
        (20, 1, None, EACH),
    ],
)
def test_an_owner_has_only_some_messages_in_hand(
    endpoints: int, messages: int, milliseconds: int | None, expected: int, ada: User, prepare: Prepare
) -> None:
    prepare(ada, endpoints=endpoints, messages=messages, milliseconds=milliseconds)
    assert len(claiming.claim(MOST)) == expected
    assert claiming.claim(MOST) == []


def test_endpoints_that_hear_of_everybody_share_nothing(staff: User, ada: User, make: Make, happen: Happen) -> None:
    for _ in range(3):
        make(staff, hears=Hearing.EVERYBODY)
    Endpoint.objects.update(milliseconds=10)
    for _ in range(10):
        happen(ada)
    fanout.fan_out()
    assert [len(claiming.claim(MOST)) for _ in range(2)] == [3 * EACH, 0]


def test_receivers_that_may_be_slow_share_a_few_places(bea: User, prepare: Prepare) -> None:
    """However many accounts somebody opens for them."""
    crowd = [User.objects.create(username=f"crowd{number}") for number in range(DOUBTFUL + 4)]
    for one in crowd:
        prepare(one, milliseconds=None, messages=2)
    prepare(bea, messages=10)
    taken = owners(claiming.claim(MOST))
    assert taken.pop("bea") == EACH
    assert (len(taken), set(taken.values())) == (DOUBTFUL, {1})
    assert claiming.claim(MOST) == []


def test_who_was_served_longest_ago_comes_first(ada: User, bea: User, prepare: Prepare) -> None:
    prepare(ada, endpoints=3, messages=50)
    prepare(bea)
    Endpoint.objects.filter(owner=ada).update(served_at=timezone.now() - timedelta(seconds=1))
    assert owners(claiming.claim(1)) == {"bea": 1}
    first = [claiming.claim(1)[0] for _ in range(3)]
    served = Delivery.objects.filter(pk__in=[one.delivery for one in first]).values_list("endpoint", flat=True)
    assert len(set(served)) == 3


def test_places_are_shared_among_those_who_wait(ada: User, bea: User, prepare: Prepare) -> None:
    for one in (ada, bea):
        prepare(one, messages=10)
    assert owners(claiming.claim(6)) == {"ada": 3, "bea": 3}


def test_nothing_is_sent_for_an_account_that_is_closed(ada: User, prepare: Prepare) -> None:
    prepare(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert claiming.claim(MOST) == []
    User.objects.filter(pk=ada.pk).update(is_active=True)
    assert len(claiming.claim(MOST)) == 1


@pytest.mark.parametrize(
    ("answers", "trusted"),
    [([10], True), ([SLOW], False), ([15_000, 10, 10], False), ([15_000, 10, 10, 10], True), ([10, SLOW, 10], True)],
)
def test_trust_is_lost_at_once_and_comes_back_slowly(answers: list[int], trusted: bool) -> None:
    endpoint = Endpoint()
    for milliseconds in answers:
        endpoint.took(milliseconds)
    assert endpoint.is_trusted == trusted


def test_who_hangs_holds_up_nobody_else(
    ada: User, bea: User, prepare: Prepare, happen: Happen, receiver: Receiver, hanging: Receiver
) -> None:
    """Neither what waited already, nor what happens while the hanging ones are waited for: they hang until it came."""
    prepare(ada, endpoints=8)
    Endpoint.objects.update(url=hanging.url)
    prepare(bea, messages=20)
    happen(bea)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(_release, hanging, receiver)
        assert sending.send_some()
        assert heard.result() == 21
    tries = Attempt.objects.values_list("delivery__endpoint__owner__username", "status")
    assert Counter(tries) == {("bea", 204): 21, ("ada", 204): 8}


def _release(hanging: Receiver, receiver: Receiver) -> int:
    """Let one go on once the other has heard everything that there is to hear."""
    heard = len(receiver.wait_for(21, 10))
    hanging.pause.set()
    return heard
