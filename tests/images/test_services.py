import errno
import os
from collections.abc import Callable
from contextlib import ExitStack, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import User
from imagehub.images import doctor, renditions, services, storage
from imagehub.images.models import Image, Rendition, Source, Tombstone
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.quotas import UNLIMITED
from imagehub.images.services import Stored
from imagehub.images.storage import ObjectExists
from imagehub.lib.errors import (
    FileTooLarge,
    ImageHubError,
    ImageTooLarge,
    InvalidImage,
    StorageUnavailable,
    UnsupportedFormat,
)
from tests.crowds import at_once
from tests.images.conftest import FORMATS, Keep, objects

Photo = Callable[..., bytes]
PATIENCE = 30  # seconds


@pytest.fixture
def clean(photo: Photo) -> Clean:
    return services.judge(photo(), formats=FORMATS, limits=Limits())


def test_a_judged_picture_tells_what_it_is(photo: Photo) -> None:
    clean = services.judge(photo(size=(64, 48)), formats=FORMATS, limits=Limits())
    assert (clean.format, clean.width, clean.height) == (Format.JPEG, 64, 48)


@pytest.mark.parametrize(
    ("spoil", "formats", "limits", "refusal"),
    [
        (lambda data: data[: len(data) // 2], FORMATS, Limits(), InvalidImage),
        (lambda data: b"GIF89a" + data, FORMATS, Limits(), UnsupportedFormat),
        (lambda data: b"%PDF-1.7" + data, FORMATS, Limits(), UnsupportedFormat),
        (lambda data: data, frozenset({Format.PNG}), Limits(), UnsupportedFormat),
        (lambda data: data, FORMATS, Limits(bytes=100), FileTooLarge),
        (lambda data: data, FORMATS, Limits(pixels=100), ImageTooLarge),
        (lambda data: data, FORMATS, Limits(side=50), ImageTooLarge),
    ],
)
def test_what_is_not_taken_is_refused_by_name(
    photo: Photo,
    spoil: Callable[[bytes], bytes],
    formats: frozenset[Format],
    limits: Limits,
    refusal: type[ImageHubError],
) -> None:
    with pytest.raises(refusal):
        services.judge(spoil(photo()), formats=formats, limits=limits)


@pytest.mark.django_db
def test_an_ingested_picture_has_its_object_and_an_exact_row(ada: User, clean: Clean, root: Path) -> None:
    with services.stored(clean, key="images/users/u/a.jpg") as stored:
        image = services.ingest(stored, owner=ada, source=Source.PICTURE, quota=UNLIMITED)

    image.refresh_from_db()
    assert (root / "images/users/u/a.jpg").read_bytes() == clean.data
    assert (image.owner, image.source, image.key) == (ada, "picture", "images/users/u/a.jpg")
    assert (image.digest, image.size) == (clean.digest, len(clean.data))
    assert (image.content_type, image.width, image.height) == ("image/jpeg", 64, 48)
    assert image.colour == clean.colour


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nested", [True, False])
def test_an_object_is_taken_back_when_its_row_is_not_kept(
    ada: User, clean: Clean, root: Path, nested: bool
) -> None:  # a column of the table
    def attempt() -> None:
        with services.stored(clean, key="images/users/u/a.jpg") as stored, transaction.atomic():
            services.ingest(stored, owner=ada, source=Source.PICTURE, quota=UNLIMITED)
            raise InvalidImage

    surroundings = transaction.atomic() if nested else nullcontext()
    with pytest.raises(InvalidImage), surroundings:
        attempt()
    assert objects(root) == []
    assert not Image.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_object_is_taken_back_when_the_row_breaks_the_transaction(ada: User, clean: Clean, root: Path) -> None:
    def attempt() -> None:
        with transaction.atomic(), services.stored(clean, key="images/users/u/a.jpg") as stored:
            image = services.ingest(stored, owner=ada, source=Source.PICTURE, quota=UNLIMITED)
            Image.objects.create(public_id=image.public_id, owner=ada, key="x", width=1, height=1, size=1)

    with pytest.raises(IntegrityError):
        attempt()
    assert objects(root) == []


@pytest.mark.django_db(transaction=True)
def test_an_object_whose_row_was_committed_stays_though_the_answer_was_lost(
    ada: User, clean: Clean, root: Path
) -> None:
    def attempt() -> None:
        with services.stored(clean, key="images/users/u/a.jpg") as stored:
            services.ingest(stored, owner=ada, source=Source.PICTURE, quota=UNLIMITED)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        attempt()
    assert objects(root) == ["images/users/u/a.jpg"]


@pytest.mark.django_db(transaction=True)
def test_an_object_stays_whose_row_is_committed_while_somebody_looks_for_it(
    ada: User, clean: Clean, root: Path
) -> None:
    """A server that was given up may go on with a commit that it has been sent."""
    is_there, is_looked_for = Event(), Event()

    def commit() -> None:
        with transaction.atomic():
            services.ingest(Stored(clean, "a.jpg"), owner=ada, source=Source.PICTURE, quota=UNLIMITED)
            is_there.set()
            is_looked_for.wait(PATIENCE)

    def announced(execute: Callable[..., Any], *asked: Any) -> Any:
        is_looked_for.set()
        return execute(*asked)

    def give_up() -> None:
        with ExitStack() as stack, suppress(OperationalError), services.stored(clean, key="a.jpg"):
            is_there.wait(PATIENCE)
            stack.enter_context(connection.execute_wrapper(announced))
            raise OperationalError(2013, "Lost connection to server during query")

    at_once([commit, give_up])

    assert (objects(root), Image.objects.get().key) == (["a.jpg"], "a.jpg")


@pytest.mark.django_db
def test_an_object_that_cannot_be_taken_back_is_left_to_the_doctor(
    clean: Clean, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attempt() -> None:
        with services.stored(clean, key="images/users/u/a.jpg"):
            _break_unlink(monkeypatch)
            raise InvalidImage

    with pytest.raises(InvalidImage):
        attempt()
    monkeypatch.undo()
    orphans = [finding.key for finding in doctor.examine(timedelta(0))]
    assert orphans == objects(root) == ["images/users/u/a.jpg"]


@pytest.mark.django_db
def test_a_taken_key_is_refused_and_its_object_stays(ada: User, clean: Clean, keep: Keep, root: Path) -> None:
    image = keep(ada)
    with pytest.raises(ObjectExists), services.stored(clean, key=image.key):
        pass
    assert objects(root) == [image.key]


@pytest.mark.django_db
def test_a_full_disk_leaves_no_row_and_no_file(
    ada: User, clean: Clean, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(StorageUnavailable), services.stored(clean, key="images/users/u/a.jpg"):
        pass
    monkeypatch.undo()
    assert objects(root) == []
    assert not Image.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_discarding_takes_rows_objects_renditions_and_folders(ada: User, keep: Keep, root: Path) -> None:
    first, second, kept = keep(ada), keep(ada), keep(ada, key="images_7/kept.jpg")
    renditions.rendition(first, "thumb", Format.WEBP)

    services.discard([first, second])

    assert list(Image.objects.all()) == [kept]
    assert not Rendition.objects.exists()
    assert not Tombstone.objects.exists()
    assert objects(root) == [kept.key]
    assert sorted(path.name for path in root.iterdir()) == ["images_7"]


@pytest.mark.django_db(transaction=True)
def test_a_discard_that_is_rolled_back_leaves_everything(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    rendition = renditions.rendition(image, "thumb", Format.WEBP)

    def attempt() -> None:
        with transaction.atomic():
            services.discard([image])
            raise InvalidImage

    with pytest.raises(InvalidImage):
        attempt()
    assert Image.objects.get() == image
    assert Rendition.objects.get() == rendition
    assert not Tombstone.objects.exists()
    assert objects(root) == sorted([image.key, rendition.key])


@pytest.mark.django_db(transaction=True)
def test_objects_stay_until_the_commit(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    with transaction.atomic():
        services.discard([image])
        assert objects(root) == [image.key]
    assert objects(root) == []


@pytest.mark.django_db(transaction=True)
def test_discarding_nothing_or_what_is_gone_is_fine(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    services.discard([])
    services.discard([image])
    services.discard([image])
    assert objects(root) == []
    assert not Tombstone.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_discarded_can_be_used_again(ada: User, clean: Clean, keep: Keep, root: Path) -> None:
    image = keep(ada)
    services.discard([image])
    again = keep(ada, key=image.key)
    assert objects(root) == [again.key]


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_former_object_cannot_be_removed_yet_is_refused(
    ada: User, clean: Clean, keep: Keep, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = keep(ada)
    _break_unlink(monkeypatch)
    services.discard([image])
    with pytest.raises(StorageUnavailable), services.stored(clean, key=image.key):
        pass
    monkeypatch.undo()

    with services.stored(clean, key=image.key) as stored:
        services.ingest(stored, owner=ada, source=Source.PICTURE, quota=UNLIMITED)
    assert storage.read(image.key) == clean.data
    assert not Tombstone.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_discarding_asks_few_questions_however_many_images(
    ada: User,
    keep: Keep,
    django_assert_max_num_queries: Any,
) -> None:
    images = [keep(ada) for _ in range(12)]
    with django_assert_max_num_queries(24):
        services.discard(images)
    assert not Image.objects.exists()


def _break_unlink(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "unlink", refuse)
