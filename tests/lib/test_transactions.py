"""A write is one transaction, repeated when the database asks for it."""

from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from imagehub.events.models import Counter
from imagehub.lib.errors import DatabaseUnavailable
from imagehub.lib.transactions import PAUSES, after_commit, apart, is_transient, late_transaction, write

TRANSIENT = [
    OperationalError(1213, "Deadlock found"),
    OperationalError(1205, "Lock wait timeout exceeded"),
    OperationalError(1020, "Record has changed since last read"),
    OperationalError("database is locked"),
]


class Script:
    """A use case that fails as told, then succeeds; it writes a row every time."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    def run(self) -> int:
        assert connection.in_atomic_block
        self.calls += 1
        Counter.objects.create(name=str(self.calls))
        if self.failures:
            raise self.failures.pop(0)
        return self.calls


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", TRANSIENT, ids=str)
def test_a_deadlock_is_tried_again_and_leaves_one_effect(error: OperationalError) -> None:
    script = Script(error, error)
    assert write(script.run)() == 3
    assert list(Counter.objects.values_list("name", flat=True)) == ["3"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_busy_is_said_to_be() -> None:
    script = Script(*[OperationalError(1213, "Deadlock found")] * len(PAUSES))
    with pytest.raises(DatabaseUnavailable) as raised:
        write(script.run)()
    assert raised.value.retry_after == 5
    assert script.calls == len(PAUSES)
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError(2006, "gone away"), ValueError("no")], ids=str)
def test_any_other_failure_is_not_repeated(error: Exception) -> None:
    script = Script(error)
    with pytest.raises(type(error)):
        write(script.run)()
    assert script.calls == 1
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_inside_another_write_the_outer_one_is_repeated() -> None:
    script = Script(OperationalError(1213, "Deadlock found"))
    outer_calls: list[int] = []

    @write
    def outer() -> None:
        outer_calls.append(1)
        Counter.objects.create(name=f"outer {len(outer_calls)}")
        write(script.run)()

    outer()
    assert len(outer_calls) == 2
    assert set(Counter.objects.values_list("name", flat=True)) == {"outer 2", "2"}


@pytest.mark.django_db(transaction=True)
def test_what_fails_inside_is_undone_alone_when_the_outer_one_goes_on() -> None:
    script = Script(ValueError("no"))
    with transaction.atomic():
        Counter.objects.create(name="outer")
        with pytest.raises(ValueError, match="no"):
            write(script.run)()
    assert list(Counter.objects.values_list("name", flat=True)) == ["outer"]


@pytest.mark.parametrize(
    ("error", "transient"),
    [*((error, True) for error in TRANSIENT), (OperationalError(), False), (OperationalError(2013, "lost"), False)],
    ids=str,
)
def test_only_what_may_pass_is_transient(error: OperationalError, transient: bool) -> None:
    assert is_transient(error) is transient


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_commit_fails_nobody() -> None:
    asked: list[str] = []

    def fail(what: str, *, how: str) -> None:
        asked.append(f"{what} {how}")
        raise ConnectionError

    @write
    def work() -> list[str]:
        after_commit(partial(fail, "first"), how="at once")
        after_commit(asked.append, "second")
        return list(asked)

    assert work() == []
    assert asked == ["first at once", "second"]


def first() -> None:
    """Stand for what comes first in a late transaction."""
    assert connection.in_atomic_block
    Counter.objects.create(name="first")


def names() -> list[str]:
    """Return what is written."""
    return sorted(Counter.objects.values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_late_transaction_begins_with_the_first_write_and_ends_with_its_block() -> None:
    script = Script()
    with late_transaction(first):
        assert not connection.in_atomic_block
        write(script.run)()
        assert connection.in_atomic_block
        write(script.run)()
    assert not connection.in_atomic_block
    assert names() == ["1", "2", "first"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", TRANSIENT, ids=str)
def test_the_beginning_of_a_late_transaction_is_tried_again_after_a_deadlock(error: OperationalError) -> None:
    script = Script(error, error)
    with late_transaction(first):
        write(script.run)()
    assert names() == ["3", "first"]


@pytest.mark.django_db(transaction=True)
def test_a_late_transaction_that_could_not_begin_begins_with_the_next_write() -> None:
    script = Script(ValueError("no"))
    with late_transaction(first):
        with pytest.raises(ValueError, match="no"):
            write(script.run)()
        assert not connection.in_atomic_block
        write(script.run)()
    assert names() == ["2", "first"]


@pytest.mark.django_db(transaction=True)
def test_what_fails_later_in_the_block_undoes_a_late_transaction() -> None:
    def work() -> None:
        write(Script().run)()
        raise LookupError

    with pytest.raises(LookupError), late_transaction(first):
        work()
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_a_write_in_a_transaction_that_ends_sooner_does_not_begin_a_late_one() -> None:
    script = Script()
    with late_transaction(first) as late:
        with transaction.atomic():
            write(script.run)()
        assert not connection.in_atomic_block
        late.hold(script.run)
    assert names() == ["1", "2", "first"]


@pytest.mark.django_db(transaction=True)
def test_a_late_transaction_in_which_nothing_is_written_leaves_none() -> None:
    with late_transaction(first):
        pass
    write(Script().run)()
    assert names() == ["1"]


@pytest.mark.django_db(transaction=True)
def test_what_is_written_apart_begins_no_late_transaction() -> None:
    script = Script()
    with late_transaction(first):
        with apart():
            write(script.run)()
        assert (names(), connection.in_atomic_block) == (["1"], False)
        write(script.run)()
    assert names() == ["1", "2", "first"]
