import random
from collections.abc import Iterable, Iterator
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from imagehub.images import likeness, services
from imagehub.images.likeness import Near, near, remember
from imagehub.images.models import Fingerprint, Image, Source
from imagehub.images.pipeline.likeness import DISTANCE, distance, mirrored, signed
from tests.corpus.build import encoded
from tests.corpus.scenes import scene
from tests.images.conftest import Keep

pytestmark = pytest.mark.django_db

SOUGHT = signed(0xC3A5_0F96_8421_7EED)
QUERIES = 6


def remembered(owner: User, likenesses: Iterable[int]) -> list[Image]:
    """Make images that have rows alone, findable by their likenesses."""
    made = Image.objects.bulk_create(
        Image(owner=owner, source=Source.PUBLICATION, key=f"k/{n}", width=1, height=1, size=1, likeness=bits)
        for n, bits in enumerate(likenesses)
    )
    images = list(Image.objects.filter(key__in=[image.key for image in made]).order_by("pk"))
    fingerprint(images)
    return images


def fingerprint(images: list[Image]) -> None:
    Fingerprint.objects.all().delete()
    Fingerprint.objects.bulk_create(
        Fingerprint(image=image, likeness=bits, **bands(bits))
        for image in images
        if (bits := image.likeness) is not None
    )


def bands(bits: int) -> dict[str, int]:
    return {f"band{number}": bits >> 16 * number & 0xFFFF for number in range(4)}


def turned(bits: Iterable[int], of: int = SOUGHT) -> int:
    return of ^ signed(sum(1 << bit for bit in bits))


def patterns(most: int) -> Iterator[tuple[int, ...]]:
    """Choose bits to turn: crowded in one band, spread over all, and at random."""
    chance = random.Random(7)  # noqa: S311  # patterns, not secrets
    for many in range(most + 1):
        yield tuple(range(many))
        yield tuple(range(63, 63 - many, -1))
        yield tuple(number * 16 % 64 + number // 4 for number in range(many))
        for _ in range(20):
            yield tuple(chance.sample(range(64), many))


def test_an_ingested_image_has_the_likeness_of_its_picture(ada: User, keep: Keep) -> None:
    image = keep(ada, encoded(scene(0), "JPEG"))
    image.refresh_from_db()
    copy = keep(ada, encoded(scene(0).resize((320, 240)), "PNG"))
    assert image.likeness is not None
    assert copy.likeness is not None
    assert distance(image.likeness, copy.likeness) <= DISTANCE


def test_a_remembered_image_finds_itself_and_its_copies(ada: User, bea: User, keep: Keep) -> None:
    image, copy = keep(ada, encoded(scene(0), "JPEG")), keep(bea, encoded(scene(0), "JPEG", quality=40))
    other = keep(bea, encoded(scene(1), "JPEG"))
    for kept in (image, copy, other):
        remember(kept)
    found = near(image.likeness or 0)
    assert [one.image_id for one in found] == [image.pk, copy.pk]
    assert found[0] == Near(distance=0, is_mirrored=False, image_id=image.pk)


def test_an_image_is_remembered_once(ada: User, keep: Keep) -> None:
    image = keep(ada, encoded(scene(0), "JPEG"))
    remember(image)
    before = Fingerprint.objects.values().get()
    remember(image)
    assert Fingerprint.objects.values().get() == before
    assert before == {
        "id": before["id"],
        "image_id": image.pk,
        "likeness": image.likeness,
        **bands(image.likeness or 0),
    }


def test_an_image_without_a_likeness_is_not_remembered(ada: User, keep: Keep) -> None:
    image = keep(ada)
    remember(image)
    assert image.likeness is None
    assert not Fingerprint.objects.exists()


def test_an_image_that_is_gone_is_not_remembered(ada: User, keep: Keep) -> None:
    image = keep(ada, encoded(scene(0), "JPEG"))
    services.discard([Image.objects.get(pk=image.pk)])
    remember(image)
    assert not Fingerprint.objects.exists()


def test_a_discarded_image_is_found_no_more(ada: User, keep: Keep) -> None:
    image = keep(ada, encoded(scene(0), "JPEG"))
    remember(image)
    services.discard([image])
    assert near(image.likeness or 0) == []


@pytest.mark.parametrize("of", [SOUGHT, mirrored(SOUGHT), 0, -1, -(1 << 63)])
def test_whatever_is_within_the_distance_is_found_with_its_distance(ada: User, of: int) -> None:
    chosen = list(patterns(DISTANCE + 4))
    images = remembered(ada, (turned(bits, of) for bits in chosen))
    for start in range(0, len(images), likeness.MOST // 2):
        some = slice(start, start + likeness.MOST // 2)
        fingerprint(images[some])
        expected = {image.pk: len(bits) for image, bits in zip(images[some], chosen[some], strict=True)}
        found = {one.image_id: one.distance for one in near(of)}
        assert found == {number: far for number, far in expected.items() if far <= DISTANCE}


@pytest.mark.parametrize("within", range(12))
def test_the_distance_may_be_chosen(ada: User, within: int) -> None:
    images = remembered(ada, (turned(range(5, 5 + many)) for many in range(14)))
    assert near(SOUGHT, within=within) == [
        Near(distance=many, is_mirrored=False, image_id=images[many].pk) for many in range(within + 1)
    ]


@pytest.mark.parametrize("bits", [(), (3,), (0, 16, 32, 48), tuple(range(40, 48))])
def test_a_mirrored_copy_is_found_and_called_so(ada: User, bits: tuple[int, ...]) -> None:
    [image] = remembered(ada, [turned(bits, mirrored(SOUGHT))])
    assert near(SOUGHT) == [Near(distance=len(bits), is_mirrored=True, image_id=image.pk)]


def test_the_nearest_come_first_and_no_more_than_anybody_would_look_at(ada: User) -> None:
    far = list(combinations(range(64), 2))[: 2 * likeness.MOST]
    images = remembered(ada, [*(turned(bits) for bits in far), turned([9]), SOUGHT])
    found = near(SOUGHT)
    assert [one.image_id for one in found[:2]] == [images[-1].pk, images[-2].pk]
    assert [one.distance for one in found] == [0, 1, *[2] * (likeness.MOST - 2)]


def test_the_very_likeness_is_found_however_large_the_crowd(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "CROWD", 20)
    crowd = [signed(number << 48 | SOUGHT & (1 << 48) - 1) for number in range(400)]
    *_, image = remembered(ada, [*crowd, SOUGHT])
    assert near(SOUGHT)[0] == Near(distance=0, is_mirrored=False, image_id=image.pk)


@pytest.mark.parametrize("many", [0, 300])
def test_a_look_up_reads_covering_indexes_in_a_fixed_number_of_queries(ada: User, many: int) -> None:
    remembered(ada, (turned(bits) for bits in list(combinations(range(64), 2))[:many]))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        near(SOUGHT)
    assert len(queries) <= QUERIES
    assert not any("images_image" in query["sql"] for query in queries)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="other databases tell their plans in other words")
def test_the_plan_of_a_look_up_touches_no_row() -> None:
    with CaptureQueriesContext(connection) as queries:
        near(SOUGHT)
    for number, query in enumerate(queries.captured_queries[1:]):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            [(*_, plan)] = cursor.fetchall()
        assert plan.startswith(f"SEARCH images_fingerprint USING COVERING INDEX fingerprint_band{number} ")
