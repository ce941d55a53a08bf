import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from imagehub.images import presets, renditions, services, storage
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe
from imagehub.lib.digests import sha256
from imagehub.lib.errors import ImageNotFound
from tests.images.conftest import Keep, objects

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        ("avatar-32", (64, 48), (32, 32)),
        ("avatar-128", (640, 480), (128, 128)),
        ("thumb", (640, 480), (320, 240)),
        ("thumb", (64, 48), (64, 48)),
        ("view", (640, 480), (640, 480)),
        ("view", (3200, 200), (1600, 100)),
    ],
)
@pytest.mark.parametrize("format_", presets.FORMATS.values())
def test_a_preset_has_its_size(
    ada: User,
    keep: Keep,
    photo: Callable[..., bytes],
    name: str,
    size: tuple[int, int],
    expected: tuple[int, int],
    format_: Format,
) -> None:
    kept, data = renditions.read(keep(ada, photo(size=size)), name, format_)

    facts = probe(data, formats=frozenset(Format), limits=Limits())
    assert (facts.format, facts.width, facts.height) == (format_, *expected)
    assert (kept.width, kept.height) == expected
    assert (kept.content_type, kept.size, kept.digest) == (format_.content_type, len(data), sha256(data))


def test_a_second_request_gets_the_first_one_s(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    first = renditions.rendition(image, "thumb", Format.WEBP)
    assert renditions.rendition(image, "thumb", Format.WEBP) == first
    assert objects(root) == sorted([image.key, first.key])
    assert first.key.startswith(f"renditions/{image.public_id}/thumb-")


@pytest.mark.django_db(transaction=True)
def test_twenty_first_views_at_once_make_one_row_and_one_object(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    start = threading.Barrier(20)

    def view(_: int) -> tuple[int, bytes]:
        start.wait(10)
        try:
            kept, data = renditions.read(image, "avatar-64", Format.PNG)
        finally:
            connection.close()
        return kept.pk, data

    with ThreadPoolExecutor(20) as pool:
        seen = set(pool.map(view, range(20)))

    assert len(seen) == 1
    assert Rendition.objects.count() == 1
    assert objects(root) == sorted([image.key, Rendition.objects.get().key])


def test_a_slower_process_takes_the_winner_s_and_removes_its_own(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    winner = renditions.rendition(image, "thumb", Format.WEBP)
    slower = renditions._made  # noqa: SLF001  # what a process goes on to that looked before the winner's commit
    assert slower(image, "thumb", Format.WEBP) == winner
    assert objects(root) == sorted([image.key, winner.key])


def test_a_vanished_object_is_made_again(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    lost = renditions.rendition(image, "thumb", Format.WEBP)
    (root / lost.key).unlink()

    made, data = renditions.read(image, "thumb", Format.WEBP)
    assert made.key != lost.key
    assert storage.read(made.key) == data
    assert Rendition.objects.get() == made


@pytest.mark.django_db(transaction=True)
def test_an_image_that_is_gone_gets_none(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    services.discard([image])
    with pytest.raises(ImageNotFound):
        renditions.rendition(image, "thumb", Format.WEBP)
    assert objects(root) == []


@pytest.mark.django_db(transaction=True)
def test_an_image_that_goes_meanwhile_gets_none_and_leaves_nothing(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    # Rows go first and objects after them, so its bytes can still be read.
    Image.objects.filter(pk=image.pk).delete()

    with pytest.raises(ImageNotFound):
        renditions.rendition(image, "thumb", Format.WEBP)
    assert objects(root) == [image.key]
    assert not Rendition.objects.exists()


def test_a_damaged_original_is_not_found_rather_than_a_crash(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    (root / image.key).write_bytes(b"\xff\xd8\xff" + b"x" * 100)
    with pytest.raises(ImageNotFound):
        renditions.rendition(image, "thumb", Format.WEBP)
    assert not Rendition.objects.exists()
