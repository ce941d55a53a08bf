"""A library is in step with the images of its owner, whatever happened to these since somebody looked."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from imagehub.api.models import Posting
from imagehub.api.shelves import STAMP
from imagehub.images import services as images
from imagehub.images.models import Image, Source
from imagehub.library import browsing, shelving, tasks
from imagehub.library.browsing import Question
from imagehub.library.models import Entry
from publications import uploads
from publications.services import photos, publications
from publications.services.publications import Draft
from tests.generated.conftest import png
from tests.library.rows import image_of

pytestmark = pytest.mark.django_db


def titles(owner: User, **asked: object) -> list[str]:
    found = browsing.find(owner, Question(**asked))  # type: ignore[arg-type]  # a question's own fields
    return [entry.title for entry in browsing.entries(owner, found, 0, 50)]


def numbers(owner: User, **asked: object) -> list[int]:
    return browsing.find(owner, Question(**asked)).newest(0, 50)  # type: ignore[arg-type]  # likewise


def test_what_is_new_stands_on_top(ada: User, bea: User) -> None:
    first, theirs, second = image_of(ada), image_of(bea), image_of(ada)
    assert numbers(ada) == [2, 1]
    third = image_of(ada)
    assert numbers(ada) == [3, 2, 1]
    assert [entry.image for entry in Entry.objects.of(ada).order_by("number")] == [first, second, third]
    assert numbers(bea) == [1]
    assert Entry.objects.get(owner=bea).image == theirs


def test_what_is_gone_is_taken_off_and_its_number_never_comes_again(ada: User) -> None:
    image_of(ada)
    last = image_of(ada)
    assert numbers(ada) == [2, 1]
    images.discard([last])
    assert numbers(ada) == [1]
    image_of(ada)
    assert numbers(ada) == [3, 1]
    shelving.catch_up(ada)
    assert not Entry.objects.filter(number=2).exists()


def test_a_library_that_is_emptied_leaves_nothing_on_its_shelf(ada: User) -> None:
    both = [image_of(ada), image_of(ada)]
    assert numbers(ada) == [2, 1]
    images.discard(both)
    assert numbers(ada) == []
    assert Entry.objects.count() == 0
    assert list(Posting.objects.exclude(term=STAMP)) == []


def test_a_look_takes_up_so_many_and_the_task_does_the_rest(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelving, "AT_ONCE", 2)
    for _ in range(5):
        image_of(ada)
    assert numbers(ada) == [2, 1]
    tasks.catch_up()
    assert Image.objects.filter(is_listed=False).count() == 1
    assert numbers(ada) == [5, 4, 3, 2, 1]


def test_looking_at_what_is_up_to_date_writes_nothing(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        image_of(ada)
    assert shelving.catch_up(ada)
    with django_assert_num_queries(4):
        found = browsing.find(ada, Question())
        assert [entry.picture.width for entry in browsing.entries(ada, found, 0, 20)] == [640] * 20


def test_catching_up_costs_as_much_for_many_as_for_few(
    ada: User, bea: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(200):
        image_of(ada)
    with django_assert_max_num_queries(24):
        shelving.catch_up(ada)
    image_of(bea)
    with django_assert_max_num_queries(24):
        shelving.catch_up(bea)


def test_times_follow_the_numbers_even_where_an_image_is_older(ada: User) -> None:
    spring = datetime(2026, 5, 3, 12, tzinfo=UTC)
    image_of(ada, created_at=spring)
    image_of(ada, created_at=spring - timedelta(days=90))
    image_of(ada, created_at=spring + timedelta(days=90))

    assert numbers(ada, month="2026-05") == [2, 1]
    assert numbers(ada, since=spring) == [3, 2, 1]
    assert numbers(ada, since=spring + timedelta(seconds=1)) == [3]
    assert numbers(ada, until=spring + timedelta(days=90)) == [2, 1]
    assert numbers(ada, until=spring) == []


def test_photos_go_by_the_title_of_their_publication_and_follow_it(ada: User) -> None:
    boat = publications.create(Draft("A red boat"), owner=ada, by=ada)
    photo = photos.add(uploads.judge(png("red")), boat.public_id, by=ada, alt_text="Its oars")
    assert titles(ada, words=("boat", "oars")) == ["A red boat"]

    publications.change(boat.public_id, {"title": "A blue boat"}, by=ada)
    assert titles(ada, words=("blue",)) == ["A blue boat"]
    assert titles(ada, words=("red",)) == []
    photos.describe(boat.public_id, photo.image.public_id, "Its sails", by=ada)
    assert titles(ada, words=("sails",)) == ["A blue boat"]
    assert titles(ada, words=("oars",)) == []
    [place] = browsing.used(photo.image)
    assert place == browsing.Place(Source.PUBLICATION, "A blue boat", f"/publications/{boat.public_id}/")


def test_a_change_while_somebody_looks_is_not_lost(ada: User) -> None:
    boat = publications.create(Draft("A red boat"), owner=ada, by=ada)
    photos.add(uploads.judge(png("red")), boat.public_id, by=ada)
    assert titles(ada) == ["A red boat"]
    images.relist(Image.objects.all())
    assert Image.objects.get().is_listed is False
    publications.change(boat.public_id, {"title": "A blue boat"}, by=ada)
    assert titles(ada) == ["A blue boat"]
    assert Image.objects.get().is_listed is True
