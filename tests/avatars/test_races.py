"""Many at once: of a user's pictures exactly one is active, as long as there are any."""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from rest_framework.test import APIClient

from accounts.models import User
from avatars import services
from avatars.models import Picture
from avatars.services import Standing
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Tombstone
from imagehub.lib import transactions
from imagehub.lib.errors import PictureNotFound
from tests.crowds import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def stored() -> list[str]:
    """Return the keys of all objects of users."""
    return sorted(found.key for found in storage.walk("images/users/"))


def rows() -> list[str]:
    """Return the keys of all images that have a row."""
    return sorted(Image.objects.values_list("key", flat=True))


def active(owner: User) -> int:
    """Count the active pictures of a user."""
    return Picture.objects.of(owner).active().count()


def test_a_hundred_uploads_at_once_are_all_kept(
    ada: User, api: Callable[..., APIClient], upload: Any, photo: Callable[..., bytes]
) -> None:
    clients = [api(ada) for _ in range(100)]
    data = photo()

    answers = at_once([lambda client=client: upload(client, data) for client in clients])  # type: ignore[misc]  # mypy infers no lambda with a default

    assert {answer.status_code for answer in answers} == {201}
    assert Picture.objects.of(ada).count() == 100
    assert active(ada) == 1
    assert stored() == rows()
    assert Event.objects.filter(kind="picture.created").count() == 100


def test_default_pictures_asked_for_at_once_are_one(ada: User) -> None:
    answers = at_once([lambda: services.create_default(ada, wish="me")] * 12)

    assert sorted(is_new for _picture, is_new in answers) == [False] * 11 + [True]
    assert {picture.file_name for picture, _is_new in answers} == {"me.png"}
    assert stored() == rows()


def test_whatever_happens_at_once_one_picture_is_active(ada: User, picture_of: Callable[..., Picture]) -> None:
    known = [picture_of(ada) for _ in range(6)]
    chance = random.Random(7)  # noqa: S311  # a shuffle, not a secret

    def attempt(use_case: Callable[[], object]) -> str:
        try:
            use_case()
        except PictureNotFound:
            return "gone"
        return "done"

    def activation(picture: Picture) -> str:
        return attempt(lambda: services.activate(picture.public_id, owner=ada, by=ada))

    def deletion(picture: Picture) -> str:
        return attempt(lambda: services.delete(picture.public_id, picture.file_name, owner=ada, by=ada))

    works: list[Callable[[], Any]] = [lambda p=p: activation(p) for p in known * 3]  # type: ignore[misc]  # likewise
    works += [lambda p=p: deletion(p) for p in known[:5] * 2]  # type: ignore[misc]  # likewise
    works += [lambda: picture_of(ada)] * 6
    works += [lambda: services.clear(owner=ada, by=ada)] * 2
    chance.shuffle(works)

    at_once(works, width=8)

    assert active(ada) == min(1, Picture.objects.of(ada).count())
    assert stored() == rows()
    assert Tombstone.objects.count() == 0


def test_a_picture_deleted_twice_at_once_is_deleted_once(ada: User, picture_of: Callable[..., Picture]) -> None:
    picture, _other = picture_of(ada), picture_of(ada)

    def delete() -> str:
        try:
            services.delete(picture.public_id, picture.file_name, owner=ada, by=ada)
        except PictureNotFound:
            return "gone"
        return "done"

    assert sorted(at_once([delete] * 6)) == ["done"] + ["gone"] * 5
    assert Event.objects.filter(kind="picture.deleted").count() == 1


def test_a_try_that_was_undone_decides_nothing_for_the_next(
    ada: User, picture_of: Callable[..., Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try finds no picture beside the new one; the second finds one that came meanwhile."""
    faults = [OperationalError(1213, "Deadlock found")]
    others: list[Picture] = []

    def deadlocked(execute: Any, sql: str, *given: Any) -> Any:
        if faults and sql.startswith("INSERT") and Event._meta.db_table in sql:  # noqa: SLF001  # Django's public seam
            raise faults.pop()
        return execute(sql, *given)

    def pause(_seconds: float) -> None:
        others.extend(at_once([lambda: picture_of(ada)]))

    monkeypatch.setattr(transactions, "time", SimpleNamespace(sleep=pause))
    with connection.execute_wrapper(deadlocked):
        spare = picture_of(ada, standing=Standing.SPARE)

    assert list(Picture.objects.of(ada).active()) == others
    assert list(Picture.objects.of(ada)) == [spare, *others]
    assert stored() == rows()
