from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from imagehub.api import refusals
from imagehub.images import quotas, services
from imagehub.images.models import Image, Source, Usage
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.quotas import UNLIMITED, Amount, Quota
from imagehub.lib import ids
from imagehub.lib.errors import DatabaseUnavailable, ImageLimitReached
from imagehub.lib.transactions import write
from tests.images.conftest import FORMATS, Keep, objects

FEW = Quota(bytes=10_000_000, files=3)


@pytest.fixture
def clean(photo: Callable[..., bytes]) -> Clean:
    return services.judge(photo(), formats=FORMATS, limits=Limits())


def add(owner: User, clean: Clean, quota: Quota) -> Image:
    @write
    def row() -> Image:
        return services.ingest(stored, owner=owner, source=Source.PICTURE, quota=quota)

    with services.stored(clean, key=f"images/users/u/{ids.object_id()}.jpg") as stored:
        return row()


def used_by(owner: User) -> tuple[int, int]:
    used = quotas.usage_of(owner.pk)
    return used.bytes, used.files


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_and_let_go_is_counted(ada: User, bea: User, keep: Keep, photo: Callable[..., bytes]) -> None:
    assert used_by(ada) == (0, 0)
    small, large, other = keep(ada), keep(ada, photo(size=(900, 900))), keep(bea)
    assert used_by(ada) == (small.size + large.size, 2)
    assert used_by(bea) == (other.size, 1)

    services.discard([large, other])
    assert (used_by(ada), used_by(bea)) == ((small.size, 1), (0, 0))
    services.discard([large, other])
    assert (used_by(ada), used_by(bea)) == ((small.size, 1), (0, 0))
    assert list(quotas.miscounted()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("quota", "details"),
    [
        (lambda size: Quota(bytes=UNLIMITED.bytes, files=2), lambda size: ("files", 2, 2)),
        (lambda size: Quota(bytes=3 * size - 1, files=9), lambda size: ("bytes", 3 * size - 1, 2 * size)),
        (lambda size: Quota(bytes=0, files=9), lambda size: ("bytes", 0, 2 * size)),
    ],
)
def test_more_than_the_quota_is_refused_and_leaves_no_trace(
    ada: User,
    clean: Clean,
    root: Any,
    quota: Callable[[int], Quota],
    details: Callable[[int], tuple[str, int, int]],
) -> None:
    kept = sorted([add(ada, clean, UNLIMITED).key, add(ada, clean, UNLIMITED).key])
    size = len(clean.data)
    with pytest.raises(ImageLimitReached) as refused:
        add(ada, clean, quota(size))
    assert refused.value.details == dict(zip(("quota", "limit", "used"), details(size), strict=True))
    assert objects(root) == kept
    assert Image.objects.count() == 2
    assert used_by(ada) == (2 * size, 2)


@pytest.mark.django_db(transaction=True)
def test_the_last_byte_of_a_quota_can_be_used(ada: User, clean: Clean) -> None:
    size = len(clean.data)
    exact = Quota(bytes=2 * size, files=2)
    add(ada, clean, exact)
    add(ada, clean, exact)
    assert used_by(ada) == (2 * size, 2)


@pytest.mark.django_db(transaction=True)
def test_what_is_more_than_a_quota_that_shrank_stays(ada: User, clean: Clean) -> None:
    images = [add(ada, clean, UNLIMITED) for _ in range(3)]
    with pytest.raises(ImageLimitReached):
        add(ada, clean, Quota(bytes=1, files=1))
    assert list(Image.objects.order_by("pk")) == images


@pytest.mark.django_db(transaction=True)
def test_renditions_do_not_count(ada: User, keep: Keep, client: Any) -> None:
    image = keep(ada)
    services.publish(Image.objects.filter(pk=image.pk))
    assert client.get(f"/i/{image.public_id}/w320.png").status_code == 200
    assert used_by(ada) == (image.size, 1)


@pytest.mark.django_db(transaction=True)
def test_a_count_that_was_too_low_never_falls_below_nothing(ada: User, keep: Keep) -> None:
    image = keep(ada)
    Usage.objects.filter(owner=ada).update(bytes=1, files=0)
    services.discard([image])
    assert used_by(ada) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_when_the_count_cannot_be_read_nothing_is_let_through(
    ada: User, clean: Clean, root: Any, hidden_count: None
) -> None:
    with pytest.raises(Exception) as failure:  # noqa: PT011  # SQLite and MariaDB word it differently
        add(ada, clean, UNLIMITED)
    assert refusals.of(failure.value).status == DatabaseUnavailable.status
    assert objects(root) == []
    assert not Image.objects.exists()


@pytest.fixture
def hidden_count(transactional_db: None) -> Any:
    """Take the table of counts away for a while."""
    _rename("images_usage", "images_usage_away")
    yield
    _rename("images_usage_away", "images_usage")


def _rename(before: str, after: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {before} RENAME TO {after}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("files", [5, 0])
def test_parallel_uploads_fill_a_quota_exactly(ada: User, clean: Clean, root: Any, files: int) -> None:
    quota = Quota(bytes=10_000_000, files=files)

    def attempt(_: int) -> bool:
        try:
            add(ada, clean, quota)
        except ImageLimitReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(attempt, range(20)))
    assert (sum(done), Image.objects.count(), len(objects(root))) == (files, files, files)
    assert used_by(ada) == (files * len(clean.data), files)


@pytest.mark.django_db(transaction=True)
def test_uploads_and_deletions_side_by_side_keep_the_count(ada: User, clean: Clean) -> None:
    def live(number: int) -> None:
        try:
            images = [add(ada, clean, UNLIMITED) for _ in range(6)]
            services.discard(images[number % 3 :])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(live, range(4)))
    left = Image.objects.filter(owner=ada)
    assert used_by(ada) == (sum(image.size for image in left), 3)
    assert list(quotas.miscounted()) == []


@pytest.mark.django_db(transaction=True)
def test_a_wrong_count_is_found_and_mended(ada: User, bea: User, keep: Keep) -> None:
    image = keep(ada)
    keep(bea)
    Usage.objects.filter(owner=ada).update(files=7)
    Usage.objects.filter(owner=bea).delete()
    assert list(quotas.miscounted()) == [ada.pk, bea.pk]
    for owner in (ada, bea):
        quotas.recount(owner.pk)
    assert list(quotas.miscounted()) == []
    assert used_by(ada) == (image.size, 1)


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_gone_needs_no_count(ada: User) -> None:
    number = ada.pk
    ada.delete()
    quotas.recount(number)
    assert not Usage.objects.exists()


@pytest.mark.django_db
def test_keeping_costs_one_question_more(ada: User, keep: Keep, django_assert_num_queries: Any) -> None:
    keep(ada)
    with transaction.atomic(), django_assert_num_queries(1):
        quotas.claim(Amount(ada.pk, 1), UNLIMITED)
