"""Shelves that say something wrong of a library are found and put right by the doctor."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db.models import F

from accounts.models import User
from imagehub.api.models import Posting
from imagehub.api.shelves import SPAN, STAMP
from imagehub.images import doctor
from imagehub.images.doctor import Finding, Kind
from imagehub.images.models import Image
from imagehub.library import browsing, services, stocktaking
from imagehub.library.browsing import Question
from imagehub.library.models import Shelf
from imagehub.library.services import albums
from tests.crowds import together
from tests.generated.conftest import png
from tests.library.rows import image_of

pytestmark = pytest.mark.django_db(transaction=True)

MISCOUNTED = Finding(Kind.MISCOUNTED_LIST, "library")


@pytest.fixture
def kept(ada: User, bea: User) -> list[Image]:
    """Keep pictures in two libraries, in two ranges of numbers, in an album and in the bin."""
    services.keep(png("navy"), "Theirs.png", by=bea)
    first = services.keep(png("red"), "Harbour.png", by=ada).picture
    Shelf.objects.filter(owner=ada).update(last=F("last") + SPAN)
    others = [services.keep(png(colour), f"{colour}.png", by=ada).picture for colour in ("green", "teal")]
    album = albums.create("Summer", owner=ada)
    albums.add(album.public_id, [first.public_id, others[0].public_id], by=ada)
    services.bin([others[1].public_id], by=ada)
    return [first, *others]


def postings() -> set[tuple[str, str, int, bytes]]:
    rows = Posting.objects.exclude(term=STAMP).values_list("shelf", "term", "bucket", "bits")
    return {(shelf, term, bucket, bytes(bits)) for shelf, term, bucket, bits in rows}


def _lost() -> None:
    Posting.objects.filter(bucket=1, term="side:live").delete()


def _out_of_the_album() -> None:
    Posting.objects.filter(term__startswith="album:", bucket=0).delete()


def _mistaken() -> None:
    wrong = Posting.objects.get(bucket=1, term="side:bin").bits
    Posting.objects.filter(bucket=1, term="word:green").update(bits=wrong)


def _invented() -> None:
    Posting.objects.filter(bucket=0, term="side:live").update(bucket=77)


def _of_nobody() -> None:
    Posting.objects.create(shelf="library:987654", term="side:live", bucket=0, bits=b"\0\0\1")


def _forgotten() -> None:
    Posting.objects.all().delete()


@pytest.mark.parametrize("spoil", [_lost, _out_of_the_album, _mistaken, _invented, _of_nobody, _forgotten])
@pytest.mark.usefixtures("kept")
def test_what_a_shelf_says_wrong_is_found_and_mended(spoil: Callable[[], None]) -> None:
    right = postings()
    assert list(doctor.examine()) == []
    spoil()

    assert list(doctor.examine()) == [MISCOUNTED]
    assert doctor.mend(MISCOUNTED)

    assert postings() == right
    assert list(doctor.examine()) == []


def test_shelves_are_right_whoever_looks_and_changes_meanwhile(ada: User) -> None:
    rows = [image_of(ada) for _ in range(12)]
    browsing.find(ada, Question())
    Posting.objects.filter(term="side:live").delete()
    together(
        stocktaking.recount,
        stocktaking.recount,
        *(partial(services.bin, [row.public_id], by=ada) for row in rows[:3]),
        *(partial(services.remove, [row.public_id], by=ada) for row in rows[3:6]),
    )
    stocktaking.recount()
    assert not stocktaking.is_miscounted()
    assert browsing.find(ada, Question()).total == 6
