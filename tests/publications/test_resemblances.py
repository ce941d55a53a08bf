"""Photos that look like somebody else's are found, once, and staff says what they are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import Service
from accounts.models import User
from imagehub.events.models import Event
from imagehub.images import likeness
from imagehub.images.models import Fingerprint
from imagehub.lib.errors import Conflict, Forbidden, NotFound
from publications import tasks
from publications.models import Photo, Publication, Resemblance, Verdict
from publications.services import photos, publications, resemblances
from tests.publications.lookalikes import copied, drawn, mirrored, photo_of, put_up

pytestmark = pytest.mark.django_db


def compare_all() -> None:
    """Compare every photo, as the worker would."""
    for pk in Photo.objects.order_by("id").values_list("pk", flat=True):
        tasks.compare(pk)


def noted() -> list[tuple[int, int]]:
    """Return the pairs as keys of photos."""
    return list(Resemblance.objects.order_by("id").values_list("earlier_id", "later_id"))


def test_a_copy_of_somebody_elses_photo_is_noted(ada: User, bea: User) -> None:
    first, second = put_up(ada, drawn("sea")), put_up(bea, copied("sea"))

    compare_all()

    pair = Resemblance.objects.get()
    assert (pair.earlier.publication, pair.later.publication) == (first, second)
    assert (pair.verdict, pair.is_mirrored) == (Verdict.OPEN, False)
    assert pair.distance <= 4


def test_a_mirrored_copy_is_noted_as_one(ada: User, bea: User) -> None:
    put_up(ada, drawn("sea"))
    put_up(bea, mirrored("sea"))

    compare_all()

    assert Resemblance.objects.get().is_mirrored


def test_different_pictures_are_no_pair(ada: User, bea: User) -> None:
    put_up(ada, drawn("sea"), drawn("dawn"))
    put_up(bea, drawn("night"), drawn("balloons"))

    compare_all()

    assert noted() == []
    assert not Photo.objects.filter(compared_at=None).exists()


def test_the_same_owner_may_show_a_photo_twice(ada: User) -> None:
    put_up(ada, drawn("sea"))
    put_up(ada, copied("sea"))

    compare_all()

    assert noted() == []


def test_whichever_is_compared_first_the_earlier_photo_stays_the_earlier(ada: User, bea: User) -> None:
    first, second = photo_of(put_up(ada, drawn("sea"))), photo_of(put_up(bea, drawn("sea")))

    tasks.compare(second.pk)
    tasks.compare(first.pk)

    assert noted() == [(first.pk, second.pk)]


def test_comparing_again_changes_nothing(ada: User, bea: User, staff: User) -> None:
    put_up(ada, drawn("sea"))
    put_up(bea, drawn("sea"))
    compare_all()
    resemblances.decide(Resemblance.objects.get().pk, Verdict.DISMISSED, by=staff)
    Photo.objects.update(compared_at=None)

    compare_all()

    assert Resemblance.objects.get().verdict == Verdict.DISMISSED
    assert Fingerprint.objects.count() == 2


def test_a_picture_too_plain_to_recognise_is_no_ones(ada: User, bea: User, photo: Callable[..., bytes]) -> None:
    put_up(ada, photo())
    put_up(bea, photo())

    compare_all()

    assert (noted(), Fingerprint.objects.count()) == ([], 0)
    assert not Photo.objects.filter(compared_at=None).exists()


def test_a_photo_that_everybody_has_adds_only_so_many_pairs(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resemblances, "MOST", 3)
    people = [User.objects.create_user(f"p{number}", f"p{number}@example.org") for number in range(5)]
    for person in people:
        put_up(person, drawn("sea"))
    last = photo_of(put_up(ada, drawn("sea")))
    for photo in Photo.objects.select_related("image"):
        likeness.remember(photo.image)

    tasks.compare(last.pk)

    earliest = list(Photo.objects.order_by("id").values_list("pk", flat=True))[:3]
    assert sorted(noted()) == [(pk, last.pk) for pk in earliest]


@pytest.mark.django_db(transaction=True)
def test_of_two_photos_that_come_at_once_one_finds_the_other(ada: User, bea: User) -> None:
    for _ in range(5):
        put_up(ada, drawn("sea"))
        put_up(bea, drawn("sea"))
        newest = list(Photo.objects.order_by("-id").values_list("pk", flat=True)[:2])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_compare, newest))

        assert (min(newest), max(newest)) in noted()


def _compare(pk: int) -> None:
    try:
        tasks.compare(pk)
    finally:
        connection.close()


def test_what_is_gone_needs_no_comparison(ada: User) -> None:
    publication = put_up(ada, drawn("sea"))
    photo = photo_of(publication)
    publications.delete(publication.public_id, by=ada)

    tasks.compare(photo.pk)

    assert (noted(), Fingerprint.objects.count()) == ([], 0)


def test_pairs_go_with_their_photos(ada: User, bea: User) -> None:
    put_up(ada, drawn("sea"))
    copy = put_up(bea, drawn("sea"))
    compare_all()

    photos.remove(copy.public_id, photo_of(copy).image.public_id, by=bea)

    assert noted() == []


def test_what_nobody_compared_is_asked_for_again(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    late, fresh = photo_of(put_up(ada, drawn("sea"))), photo_of(put_up(ada, drawn("night")))
    Photo.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    assert fresh.compared_at is None

    assert resemblances.waiting() == [late.pk]

    tasks.compare(late.pk)
    assert resemblances.waiting() == []


@pytest.fixture
def pair(ada: User, bea: User) -> Resemblance:
    put_up(ada, drawn("sea"))
    put_up(bea, copied("sea"))
    compare_all()
    return Resemblance.objects.get()


@pytest.mark.parametrize("verdict", [Verdict.CONFIRMED, Verdict.DISMISSED])
def test_staff_says_what_a_pair_is_and_takes_it_back(pair: Resemblance, staff: User, verdict: Verdict) -> None:
    decided = resemblances.decide(pair.pk, verdict, by=staff)
    assert (decided.verdict, decided.decided_by) == (verdict, staff)
    assert decided.decided_at is not None

    reopened = resemblances.decide(pair.pk, Verdict.OPEN, by=staff)
    assert (reopened.verdict, reopened.decided_by, reopened.decided_at) == (Verdict.OPEN, None, None)


def test_saying_the_same_again_changes_nothing(pair: Resemblance, staff: User) -> None:
    first = resemblances.decide(pair.pk, Verdict.CONFIRMED, by=staff)

    again = resemblances.decide(pair.pk, Verdict.CONFIRMED, by=staff)

    assert again.decided_at == first.decided_at


def test_a_page_that_is_out_of_date_overrules_nobody(pair: Resemblance, staff: User) -> None:
    resemblances.decide(pair.pk, Verdict.CONFIRMED, by=staff)

    with pytest.raises(Conflict):
        resemblances.decide(pair.pk, Verdict.DISMISSED, by=staff)

    pair.refresh_from_db()
    assert pair.verdict == Verdict.CONFIRMED


def test_nobody_but_staff_decides(pair: Resemblance, ada: User) -> None:
    before = Event.objects.count()
    actors: list[Any] = [ada, Service("robot", frozenset({"publications"}))]
    for actor in actors:
        with pytest.raises(Forbidden):
            resemblances.decide(pair.pk, Verdict.CONFIRMED, by=actor)
    pair.refresh_from_db()
    assert (pair.verdict, Event.objects.count()) == (Verdict.OPEN, before)


def test_a_pair_that_is_gone_is_not_found(staff: User) -> None:
    with pytest.raises(NotFound):
        resemblances.decide(7, Verdict.CONFIRMED, by=staff)


def test_who_decided_may_leave(pair: Resemblance, staff: User) -> None:
    from accounts.services import erase_account

    resemblances.decide(pair.pk, Verdict.CONFIRMED, by=staff)
    erase_account(staff, by=staff)
    pair.refresh_from_db()
    assert (pair.verdict, pair.decided_by) == (Verdict.CONFIRMED, None)
    assert Publication.objects.count() == 2
