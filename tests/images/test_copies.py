from collections.abc import Callable
from pathlib import Path

import celery
import pytest
from PIL import Image as Pillow
from PIL import ImageChops, ImageStat

from accounts.models import User
from imagehub.images import cache, copies, making, renditions, storage, tasks
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.webhooks import waking
from tests.corpus import build
from tests.images.conftest import Keep, objects

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scenery() -> bytes:
    """A large picture that is no multiple of anything."""
    return build.encoded(build.picture(size=(3001, 2003)), "JPEG", quality=90)


@pytest.fixture
def large(ada: User, keep: Keep, scenery: bytes) -> Image:
    return keep(ada, scenery)


def shown(image: Image, name: str) -> Pillow.Image:
    return build.decoded(renditions.read(image, name, Format.PNG)[1]).convert("RGB")


def test_a_small_rendition_from_the_copy_is_the_same_to_the_eye(large: Image) -> None:
    names = ("w320", "avatar-256", "w960", "thumb;dpr:3")
    before = [shown(large, name) for name in names]
    Rendition.objects.all().delete()
    tasks.copy(large.pk)
    kept = Rendition.objects.order_by("width").values_list("name", "width", "height")
    assert list(kept) == [("copy-small.jpg", 1024, 684), ("copy.jpg", 2048, 1367)]
    # What is not read can't have been used.
    storage.delete(large.key)
    for name, expected in zip(names, before, strict=True):
        made = shown(large, name)
        assert made.size == expected.size
        assert max(ImageStat.Stat(ImageChops.difference(made, expected)).mean) < 2


@pytest.mark.parametrize(
    ("name", "size", "does"),
    [
        ("w320", (4000, 3000), True),
        ("w1280", (4000, 3000), True),
        ("w1920", (4000, 3000), False),
        ("avatar-512", (4000, 3000), True),
        ("avatar-512;dpr:3", (4000, 3000), False),
        ("social", (9000, 800), False),
        ("w320", (2048, 1536), False),
        ("w320", (2048, 3000), True),
    ],
)
def test_a_copy_serves_what_is_clearly_smaller(
    name: str, size: tuple[int, int], does: bool
) -> None:  # a column of the table
    image = Image(width=size[0], height=size[1])
    assert copies.serves(image, making.spec(making.read(name), Format.WEBP, image)) is does


@pytest.mark.parametrize(
    ("name", "size", "used"),
    [
        ("w320", (6000, 4000), "copy-small.jpg"),
        ("w640", (6000, 4000), "copy-small.jpg"),
        ("w640", (4000, 6000), "copy.jpg"),
        ("w960", (6000, 4000), "copy.jpg"),
        ("avatar-512", (6000, 4000), "copy.jpg"),
    ],
)
def test_the_smallest_copy_that_serves_is_used(large: Image, name: str, size: tuple[int, int], used: str) -> None:
    Rendition.objects.bulk_create(
        Rendition(image=large, name=file_name, key=file_name, content_type="image/jpeg", width=1, height=1, size=8)
        for file_name in ("copy.jpg", "copy-small.jpg")
    )
    for file_name in ("copy.jpg", "copy-small.jpg"):
        storage.put(file_name, file_name.encode())
    large.width, large.height = size
    assert copies.read(large, making.spec(making.read(name), Format.WEBP, large)) == used.encode()


def test_copies_are_made_once_and_have_no_address(large: Image) -> None:
    assert copies.make(large) == copies.make(large)
    assert Rendition.objects.count() == 2
    assert not any(making.is_open(label) for label in ("copy", "copy-small"))


@pytest.mark.parametrize("which", [0, 1])
def test_a_lost_copy_does_no_harm_and_is_made_again(large: Image, which: int) -> None:
    before = copies.make(large)
    storage.delete(before[which].key)
    assert shown(large, "w320").size == (320, 214)
    after = copies.make(large)
    assert [one.key == other.key for one, other in zip(before, after, strict=True)] == [which == 1, which == 0]
    assert all(storage.exists(kept.key) for kept in after)


@pytest.mark.parametrize("lose", [lambda small: cache.drop([small]), lambda small: storage.delete(small.key)])
def test_a_small_copy_that_is_not_there_is_asked_for_while_the_large_one_serves(
    large: Image, monkeypatch: pytest.MonkeyPatch, lose: Callable[[Rendition], object]
) -> None:
    asked = list[tuple[object, ...]]()
    monkeypatch.setattr(celery.current_app, "send_task", lambda name, facts, **_: asked.append((name, *facts)))
    small, _copy = copies.make(large)
    lose(small)
    storage.delete(large.key)
    assert shown(large, "w320").size == (320, 214)
    about_images = [one for one in asked if one != (waking.TASK,)]  # webhooks wake by a clock of their own
    assert about_images == [("imagehub.images.tasks.copy", large.pk)]


def test_small_images_and_those_that_are_gone_get_none(
    ada: User, keep: Keep, photo: Callable[..., bytes], root: Path
) -> None:
    small = keep(ada, photo(size=(2048, 100)))
    tasks.copy(small.pk)
    tasks.copy(small.pk + 1000)
    assert not Rendition.objects.exists()
    assert objects(root) == [small.key]
