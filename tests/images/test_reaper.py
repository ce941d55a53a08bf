import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from imagehub.images import reaper, services, storage, tasks
from imagehub.images.models import Tombstone
from tests.images.conftest import Keep, objects

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_the_storage_refuses_waits_for_the_next_round(
    ada: User, keep: Keep, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = keep(ada)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "unlink", refuse)
    services.discard([image])
    tasks.reap()
    assert [tombstone.key for tombstone in Tombstone.objects.all()] == [image.key]
    assert objects(root) == [image.key]

    monkeypatch.undo()
    tasks.reap()
    assert not Tombstone.objects.exists()
    assert objects(root) == []


def test_a_tombstone_without_object_goes_too() -> None:
    Tombstone.objects.create(key="images/users/u/gone.jpg")
    assert reaper.sweep() == 0


def test_an_object_that_a_row_needs_is_spared(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    Tombstone.objects.create(key=image.key)
    assert reaper.sweep() == 0
    assert objects(root) == [image.key]


def test_many_objects_wait_for_the_worker(root: Path) -> None:
    names = [f"images/users/u/{number}.jpg" for number in range(reaper.FEW + 1)]
    for name in names:
        storage.put(name, b"x")
    reaper.bury(names)
    assert Tombstone.objects.count() == len(names)
    assert len(objects(root)) == len(names)

    tasks.reap()
    assert objects(root) == []
    assert not Tombstone.objects.exists()


def test_two_rounds_at_once_do_no_harm(root: Path) -> None:
    names = [f"images/users/u/{number}.jpg" for number in range(20)]
    for name in names:
        storage.put(name, b"x")
    Tombstone.objects.bulk_create([Tombstone(key=name) for name in names])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_round, range(4)))
    assert reaper.sweep() == 0
    assert objects(root) == []


def _round(_: int) -> None:
    try:
        tasks.reap()
    finally:
        connection.close()
