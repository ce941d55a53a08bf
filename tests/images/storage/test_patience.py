"""How long a bucket is waited for, on a way that is bad."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from imagehub.images.storage import ObjectStore, patience
from imagehub.images.storage.circuit import FAILURES
from imagehub.lib.errors import StorageUnavailable
from tests.faulty import Fault, Way, way_to
from tests.images.storage.bucket import Bucket, running
from tests.images.storage.test_buckets import KINDS

KEY, LARGE, HUGE = "images/users/u/1.jpg", bytes(200_000), bytes(6_000_000)
LONGEST = 5.0  # seconds

Act = Callable[[ObjectStore], object]
ACTS: dict[str, Act] = {
    "put": lambda store: store.put("images/users/u/2.jpg", LARGE),
    "replace": lambda store: store.replace(KEY, LARGE),
    "read": lambda store: b"".join(store.chunks(KEY)),
    "exists": lambda store: store.exists(KEY),
    "delete": lambda store: store.delete(KEY),
    "walk": lambda store: list(store.walk("images/")),
}


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bucket(kind: str) -> Iterator[Bucket]:
    with running(KINDS[kind][1]) as bucket:
        bucket.objects[KEY] = LARGE
        yield bucket


@pytest.fixture
def way(bucket: Bucket) -> Iterator[Way]:
    with way_to(bucket.port) as way:
        yield way


def _seconds(act: Act, store: ObjectStore) -> float:
    begun = time.monotonic()
    with pytest.raises(StorageUnavailable):
        act(store)
    return time.monotonic() - begun


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.SILENCE])
def test_a_bucket_that_does_not_answer_is_given_up_in_time(
    kind: str, way: Way, bucket: Bucket, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagehub.images.storage.circuit.FAILURES", 100)
    store = KINDS[kind][0](way.port)
    assert store.exists(KEY)
    with way.bad(fault), ThreadPoolExecutor(len(ACTS)) as crowd:
        took = list(crowd.map(lambda act: _seconds(act, store), ACTS.values()))

    assert max(took) < LONGEST
    assert bucket.objects.get(KEY, LARGE) == LARGE


@pytest.mark.parametrize("fault", [Fault.HALF, Fault.DRIP])
def test_objects_that_do_not_arrive_are_given_up_in_time_but_not_who_sent_them(
    kind: str, way: Way, fault: Fault
) -> None:
    """The fault may be a reader's, who lets a connection lie until nobody holds it any more."""
    store = KINDS[kind][0](way.port)
    assert store.exists(KEY)
    with way.bad(fault), ThreadPoolExecutor(FAILURES) as crowd:
        took = list(crowd.map(lambda _: _seconds(ACTS["read"], store), range(FAILURES)))

    assert max(took) < LONGEST
    assert b"".join(store.chunks(KEY)) == LARGE


def test_a_busy_bucket_is_asked_once_more_and_no_reader_notices(kind: str, way: Way, bucket: Bucket) -> None:
    store = KINDS[kind][0](way.port)
    bucket.faults = [503]
    assert b"".join(store.chunks(KEY)) == LARGE
    bucket.faults = [503]
    store.put("images/users/u/2.jpg", b"x")
    assert bucket.requests == ["GET", "GET", "PUT", "PUT"]


def test_a_store_whose_answer_was_lost_is_not_tried_again(kind: str, way: Way, bucket: Bucket) -> None:
    store = KINDS[kind][0](way.port)
    with ThreadPoolExecutor(1) as other, way.bad(Fault.SILENCE):
        lost = other.submit(store.put, "images/users/u/2.jpg", b"x")
        way.wait_for_somebody()
    with pytest.raises(StorageUnavailable):
        lost.result()
    assert (bucket.requests, bucket.objects["images/users/u/2.jpg"]) == (["PUT"], b"x")


def test_a_bucket_that_keeps_failing_is_left_alone_and_asked_again_later(
    kind: str, way: Way, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagehub.images.storage.circuit.REST", 0.2)
    store = KINDS[kind][0](way.port)
    bucket.fault = 500
    for _ in range(FAILURES):
        with pytest.raises(StorageUnavailable):
            store.exists(KEY)
    asked = len(bucket.requests)
    bucket.fault = 0
    with pytest.raises(StorageUnavailable):
        store.exists(KEY)
    assert len(bucket.requests) == asked

    time.sleep(0.25)  # the rest itself is what is waited for
    assert store.exists(KEY)
    assert b"".join(store.chunks(KEY)) == LARGE


def test_a_bucket_that_answers_that_it_will_not_is_not_taken_for_one_that_is_away(kind: str, bucket: Bucket) -> None:
    store = KINDS[kind][0](bucket.port)
    bucket.fault = 403
    for _ in range(FAILURES + 1):
        with pytest.raises(StorageUnavailable):
            store.exists(KEY)
    assert bucket.requests == ["HEAD"] * (FAILURES + 1)


def test_a_body_may_take_longer_than_connecting_as_long_as_it_goes_on(
    kind: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("paced", "s3"):
        monkeypatch.setattr(f"imagehub.images.storage.{module}.CONNECT_SECONDS", 0.4)
    bucket.rate = len(HUGE)  # so that it takes a second
    store = KINDS[kind][0](bucket.port)
    store.put("images/users/u/2.jpg", HUGE)
    assert bucket.objects["images/users/u/2.jpg"] == HUGE


def test_a_bucket_that_takes_bytes_too_slowly_is_given_up_in_time(kind: str, bucket: Bucket) -> None:
    bucket.rate = 16 * 1024
    store = KINDS[kind][0](bucket.port)
    assert _seconds(lambda store: store.put("images/users/u/2.jpg", HUGE), store) < LONGEST
    assert "images/users/u/2.jpg" not in bucket.objects


def test_bytes_are_sent_as_long_as_they_are_taken_fast_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 2.9, 3.9, 5.1])  # of which two seconds are forgiven
    monkeypatch.setattr(patience, "monotonic", lambda: next(clock))
    pieces = patience.sending(bytes(5 * patience.SLOWEST))
    assert [len(next(pieces)) for _ in range(3)] == [patience.SLOWEST] * 3
    with pytest.raises(StorageUnavailable):
        next(pieces)
