"""Counts that are wrong, as after rows were changed by hand, are found and put right by the doctor."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db.models import F

from accounts.models import User
from imagehub.images import doctor
from imagehub.images.doctor import Finding, Kind
from publications import tallies
from publications.models import Publication, Tally
from publications.services import publications
from publications.tallies import EVERYBODY, Shelf
from tests.crowds import together

pytestmark = pytest.mark.django_db(transaction=True)

Counts = set[tuple[int, int, int, int]]
MISCOUNTED = Finding(Kind.MISCOUNTED_LIST, "publications")


@pytest.fixture
def listed(ada: User, bea: User) -> list[Publication]:
    """Put up publications in two ranges of keys, one of them hidden, and count them."""
    listed = [
        Publication(pk=pk, owner=owner, title=f"{pk}", hidden_at=hidden)
        for pk, owner, hidden in ((1, ada, None), (2, bea, None), (3, ada, "2026-01-01T00:00Z"), (5000, ada, None))
    ]
    Publication.objects.bulk_create(listed)
    tallies.recount()
    return listed


def counts() -> Counts:
    return set(Tally.objects.values_list("shelf", "bucket", "shown", "hidden"))


def _too_many() -> None:
    Tally.objects.filter(shelf=EVERYBODY, bucket=0).update(shown=F("shown") + 1)


def _mistaken() -> None:
    Tally.objects.exclude(shelf=EVERYBODY).filter(hidden=1).update(shown=2, hidden=0)


def _lost() -> None:
    Tally.objects.filter(bucket=5000 // 1024).delete()


def _invented() -> None:
    Tally.objects.create(shelf=EVERYBODY, bucket=77, shown=1)


def _forgotten() -> None:
    Tally.objects.all().delete()


@pytest.mark.parametrize("spoil", [_too_many, _mistaken, _lost, _invented, _forgotten])
def test_wrong_counts_are_found_and_mended(
    *, spoil: Callable[[], None], listed: list[Publication], ada: User, bea: User
) -> None:
    right = {(EVERYBODY, 0, 2, 1), (EVERYBODY, 4, 1, 0), (ada.pk, 0, 1, 1), (ada.pk, 4, 1, 0), (bea.pk, 0, 1, 0)}
    assert counts() == right
    assert list(doctor.examine()) == []
    spoil()

    assert list(doctor.examine()) == [MISCOUNTED]
    assert doctor.mend(MISCOUNTED)

    assert counts() == right
    assert list(doctor.examine()) == []
    assert tallies.place(Shelf(), 0, 10).total == len(listed) - 1


def test_a_range_that_is_empty_now_is_no_finding(listed: list[Publication]) -> None:
    tallies.removed(listed[-1])
    listed[-1].delete()

    assert (EVERYBODY, 4, 0, 0) in counts()
    assert list(doctor.examine()) == []


def test_counts_are_right_whoever_counts_anew_meanwhile(ada: User, bea: User, publication_of: Any) -> None:
    for _ in range(10):
        Tally.objects.all().delete()
        tallies.recount()
        doomed = [publication_of(owner) for owner in (ada, bea)]

        together(
            tallies.recount,
            *(partial(publications.delete, one.public_id, by=one.owner) for one in doomed),
            *(partial(publication_of, owner) for owner in (ada, bea) * 2),
        )

        assert not tallies.is_miscounted()
    assert Publication.objects.count() == 40
