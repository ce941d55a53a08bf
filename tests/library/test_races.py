"""Many at once: nothing is listed twice, nothing is lost, and shelves say what is there."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from django.db import transaction

from accounts.models import User
from imagehub.events.models import Event
from imagehub.images import services as images
from imagehub.images.models import Image
from imagehub.lib.errors import ImageNotFound
from imagehub.library import browsing, services, shelving
from imagehub.library.browsing import Question, Side
from imagehub.library.models import Entry, Shelf
from imagehub.library.services import binning
from tests.crowds import at_once, together
from tests.library.rows import image_of

pytestmark = pytest.mark.django_db(transaction=True)


def require_sound(owner: User) -> None:
    """Check that the shelf says what the entries say, and these what the images say."""
    while shelving.catch_up(owner):
        pass
    entries = list(Entry.objects.of(owner))
    assert sorted(entry.picture.pk for entry in entries) == sorted(Image.objects.values_list("pk", flat=True))
    for side in Side:
        wanted = sorted(entry.number for entry in entries if entry.is_binned is (side is Side.BIN))
        assert browsing.find(owner, Question(side=side)).oldest(0, 1000) == wanted
    assert Shelf.objects.get(owner=owner).last >= max((entry.number for entry in entries), default=0)


def test_looks_at_once_list_everything_once(ada: User) -> None:
    for _ in range(40):
        image_of(ada)
    at_once([partial(shelving.catch_up, ada) for _ in range(6)], width=6)
    assert sorted(Entry.objects.values_list("number", flat=True)) == list(range(1, 41))
    require_sound(ada)


def test_whatever_happens_at_once_the_library_is_true(ada: User) -> None:
    rows = [image_of(ada) for _ in range(12)]
    shelving.catch_up(ada)

    def tolerant(work: Callable[[], object]) -> None:
        with suppress(ImageNotFound):  # somebody else was faster
            work()

    works: list[Callable[[], object]] = []
    for number, row in enumerate(rows):
        works += [
            partial(services.bin, [row.public_id], by=ada),
            partial(services.retitle, row.public_id, f"Title {number}", by=ada),
            partial(images.relist, Image.objects.filter(pk=row.pk)),
            partial(browsing.find, ada, Question()),
        ]
        if number % 3 == 0:
            works.append(partial(services.remove, [row.public_id], by=ada))
        if number % 4 == 0:
            works.append(partial(images.discard, [row]))
    at_once([partial(tolerant, work) for work in works], width=6)
    assert Image.objects.count() == 6
    require_sound(ada)


def test_a_change_that_comes_while_a_look_reads_is_seen_by_the_next_one(ada: User) -> None:
    row = image_of(ada)
    for number in range(4):
        together(
            partial(services.retitle, row.public_id, f"Title {number}", by=ada),
            partial(images.relist, Image.objects.filter(pk=row.pk)),
            partial(shelving.catch_up, ada),
        )
        shelving.catch_up(ada)
        assert browsing.find(ada, Question(words=(str(number),))).total == 1
    require_sound(ada)


def test_an_image_binned_by_two_at_once_is_in_the_bin_and_told_of_once(ada: User) -> None:
    row = image_of(ada)
    together(*[partial(services.bin, [row.public_id], by=ada)] * 2)
    require_sound(ada)
    assert browsing.find(ada, Question(side=Side.BIN)).total == 1
    assert list(Event.objects.values_list("kind", flat=True)) == ["library.deleted"]


def test_what_is_removed_while_it_is_restored_is_not_there(ada: User) -> None:
    chosen = [image_of(ada), image_of(ada)]
    services.bin([row.public_id for row in chosen], by=ada)
    services.remove([chosen[0].public_id], by=ada)

    with transaction.atomic(), pytest.raises(ImageNotFound):
        binning._moved(chosen, None)  # noqa: SLF001  # as where another is faster between the question and the lock
    require_sound(ada)
