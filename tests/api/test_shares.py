"""What was found is counted by its terms, exactly, and of a long shelf only what has changed is counted again."""

import random
from collections import Counter

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imagehub.api import shares, shelves
from imagehub.api.models import Posting
from imagehub.api.shares import Inquiry

pytestmark = pytest.mark.django_db
TERMS = ["kind:a", "kind:b", "size:s", "size:m", "kindred:x"]
RANGES = 4


@pytest.fixture(autouse=True)
def _long_shelves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "FEW", 2)


@pytest.fixture
def things() -> dict[int, set[str]]:
    """What stands where on a shelf of four ranges."""
    chance = random.Random(5)  # noqa: S311  # numbers, not secrets
    numbers = [*range(1, RANGES * shelves.SPAN, 977)]
    stand = {number: {"all", chance.choice(TERMS[:2]), chance.choice(TERMS[2:4]), TERMS[4]} for number in numbers}
    for number, terms in stand.items():
        shelves.change("a", number, gain=terms)
    return stand


def counted(wanted: str = "all") -> dict[str, int]:
    stamps = shelves.stamps("a")
    found = shelves.find("a", [wanted])
    return shares.shares(Inquiry("a", stamps, {"kind:": found, "size:": found}), wanted)


def right(things: dict[int, set[str]], wanted: str = "all") -> Counter[str]:
    return Counter(term for terms in things.values() if wanted in terms for term in terms & set(TERMS[:4]))


def test_terms_are_counted_by_how_they_begin(things: dict[int, set[str]]) -> None:
    for wanted in ("all", "kind:a", "size:s", "all"):
        assert counted(wanted) == right(things, wanted)
    assert counted("nothing") == {}


def test_each_kind_is_counted_among_what_was_found_for_it(things: dict[int, set[str]]) -> None:
    among = {"kind:": shelves.find("a", ["size:s"]), "size:": shelves.find("a", ["all"])}
    told = shares.shares(Inquiry("a", shelves.stamps("a"), among), "mixed")
    assert told["kind:a"] == right(things, "size:s")["kind:a"]
    assert told["size:m"] == right(things)["size:m"]


def test_what_changes_is_counted_again_and_nothing_else(things: dict[int, set[str]]) -> None:
    counted()
    Posting.objects.filter(bucket=0, term="kind:a").delete()  # behind its back, to see what is read again
    assert counted() == right(things)

    number = 3 * shelves.SPAN + 5
    shelves.change("a", number, gain={"all", "kind:b", "size:s"})
    assert counted() == right(things | {number: {"all", "kind:b", "size:s"}})
    shelves.change("a", number, lose={"all"})
    assert counted() == right(things)
    shelves.change("a", 5 * shelves.SPAN, gain={"all", "size:m"})
    assert counted() == right(things | {5 * shelves.SPAN: {"all", "size:m"}})


def test_ranges_that_never_changed_since_there_are_stamps_are_remembered_too(things: dict[int, set[str]]) -> None:
    Posting.objects.filter(term=shelves.STAMP).delete()
    assert counted() == right(things)
    with CaptureQueriesContext(connection) as asked:
        assert counted() == right(things)
    assert len(asked) == 2  # the stamps, and what was found

    shelves.change("a", 2, gain={"all", "size:s"})
    assert counted() == right(things | {2: {"all", "size:s"}})


def test_ranges_that_lost_their_stamps_are_counted_again(things: dict[int, set[str]]) -> None:
    """The doctor of the release before knows no stamps, and takes them for something that nobody put there."""
    counted()
    Posting.objects.filter(term=shelves.STAMP, bucket=0).delete()
    assert counted() == right(things)


def test_a_range_that_everything_left_counts_for_nothing(things: dict[int, set[str]]) -> None:
    counted()
    gone = [number for number in things if number < shelves.SPAN]
    shelves.rearrange("a", [shelves.Change(number, lose=things.pop(number)) for number in gone])
    assert counted() == right(things)


def test_a_shelf_that_was_cleared_counts_for_nothing() -> None:
    for number in range(RANGES):
        shelves.change("a", number * shelves.SPAN, gain={"all", "kind:a"})
    assert counted() == {"kind:a": RANGES}
    shelves.clear("a")
    assert counted() == {}


@pytest.mark.usefixtures("things")
def test_a_count_is_never_older_than_its_stamp() -> None:
    """Somebody changes the shelf between the stamps and the finding; the next count does not rely on the first."""
    stamps = shelves.stamps("a")
    shelves.change("a", 2, gain={"all", "kind:a"})
    found = shelves.find("a", ["all"])
    first = shares.shares(Inquiry("a", stamps, {"kind:": found, "size:": found}), "all")
    Posting.objects.filter(bucket=0, term="kind:b").delete()
    assert counted()["kind:a"] == first["kind:a"]
    assert counted()["kind:b"] < first["kind:b"]  # counted again, with what is there now


def test_a_short_shelf_is_not_remembered(things: dict[int, set[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "FEW", RANGES)
    counted()
    Posting.objects.filter(term="kind:a").delete()
    assert counted() == {term: count for term, count in right(things).items() if term != "kind:a"}


def test_however_many_questions_are_asked_few_are_remembered_of_a_shelf(
    things: dict[int, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "PLACES", 2)
    cache.clear()
    stamps, found = shelves.stamps("a"), shelves.find("a", ["all"])
    for number in [*range(20), 0]:
        inquiry = Inquiry("a", stamps, {"kind:": found, "size:": found})
        assert shares.shares(inquiry, f"question {number}") == right(things)
    assert [place for place in range(20) if cache.get(f"shares:a:{place}")] == [0, 1]


def test_questions_with_one_place_are_told_apart(things: dict[int, set[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "PLACES", 1)
    for wanted in ("all", "kind:a", "size:s", "all", "kind:a"):
        assert counted(wanted) == right(things, wanted)


def test_nothing_is_relied_on_for_long_however_often_it_is_brought_up(
    things: dict[int, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of the release before the stamps may change a shelf while it is replaced."""
    now = [1000.0]
    monkeypatch.setattr(shares, "time", lambda: now[0])
    before = counted()
    Posting.objects.filter(bucket=0, term="kind:a").delete()
    for number in (5, 6):
        now[0] += shares.KEPT_SECONDS * 0.4
        shelves.change("a", 3 * shelves.SPAN + number, gain={"all", "size:s"})
        assert counted()["kind:a"] == before["kind:a"]
    now[0] += shares.KEPT_SECONDS * 0.3
    assert counted()["kind:a"] < before["kind:a"]


def test_without_what_was_remembered_everything_is_counted(things: dict[int, set[str]]) -> None:
    counted()
    cache.clear()
    assert counted() == right(things)
