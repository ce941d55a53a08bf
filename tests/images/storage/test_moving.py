from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from imagehub.images import storage
from imagehub.images.storage import LocalStorage, MovingStorage, ObjectExists, ObjectMissing
from imagehub.lib import storage_url
from tests.images.conftest import objects

KEY = "images/users/u/1.jpg"


@pytest.fixture
def place(tmp_path: Path) -> MovingStorage:
    return MovingStorage(**storage_url.moving(f"file://{tmp_path}/now", f"file://{tmp_path}/before")["OPTIONS"])  # type: ignore[arg-type]  # the keyword arguments of the class


def test_what_is_new_lies_in_the_present_place(place: MovingStorage, tmp_path: Path) -> None:
    place.put(KEY, b"new")
    assert (objects(tmp_path / "now"), objects(tmp_path / "before")) == ([KEY], [])
    assert b"".join(place.chunks(KEY, 1)) == b"ew"
    assert place.exists(KEY)
    assert not place.local


def test_what_has_not_come_yet_is_read_where_it_was(place: MovingStorage) -> None:
    place.former.put(KEY, b"0123456789")
    assert b"".join(place.chunks(KEY, 3, 4)) == b"3456"
    assert place.exists(KEY)
    with place.open(KEY) as file:
        assert file.read() == b"0123456789"


def test_a_key_of_the_former_place_is_taken(place: MovingStorage, tmp_path: Path) -> None:
    place.former.put(KEY, b"first")
    with pytest.raises(ObjectExists):
        place.put(KEY, b"second")
    assert objects(tmp_path / "now") == []


def test_what_is_replaced_is_the_same_everywhere(place: MovingStorage, tmp_path: Path) -> None:
    place.former.put(KEY, b"first")
    place.replace(KEY, b"second")
    assert storage_read(place) == b"second"
    assert (objects(tmp_path / "now"), objects(tmp_path / "before")) == ([KEY], [])


def test_what_is_deleted_is_gone_everywhere(place: MovingStorage) -> None:
    place.former.put(KEY, b"x")
    place.present.put(KEY, b"x")
    place.delete(KEY)
    place.delete(KEY)
    assert not place.exists(KEY)
    with pytest.raises(ObjectMissing):
        place.chunks(KEY)


def test_what_moves_between_two_looks_is_found(place: MovingStorage) -> None:
    class Mover(LocalStorage):
        """Has just given away what it is asked for."""

        def chunks(self, key: str, start: int = 0, length: int | None = None) -> Any:
            place.present.put(key, b"moved")
            return super().chunks(key, start, length)

    place.former = Mover(location=place.former.location)  # type: ignore[attr-defined]  # a local one has a location
    assert storage_read(place) == b"moved"


def test_a_walk_sees_both_places_and_nothing_twice(place: MovingStorage) -> None:
    place.former.put("a/one", b"1")
    place.former.put("a/both", b"22")
    place.present.put("a/both", b"22")
    place.present.put("a/two", b"333")
    place.present.put("b/three", b"")
    assert sorted((found.key, found.size) for found in place.walk("a/")) == [("a/both", 2), ("a/one", 1), ("a/two", 3)]


def test_what_broken_writes_left_is_swept_in_both_places(place: MovingStorage, tmp_path: Path) -> None:
    for name, digit in (("now", "0"), ("before", "1")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f".{digit * 32}.tmp").write_bytes(b"x")
    left = sorted(found.key for found in place.leftovers())
    assert left == [f".{'0' * 32}.tmp", f".{'1' * 32}.tmp"]
    for key in left:
        place.sweep_up(key)
    assert list(place.leftovers()) == []


def test_the_configured_pair_is_the_storage(tmp_path: Path) -> None:
    pair = storage_url.moving(f"file://{tmp_path}/now", f"file://{tmp_path}/before")
    with override_settings(STORAGES={"default": pair}):
        storage.put(KEY, b"x")
        assert storage.read(KEY) == b"x"
    assert objects(tmp_path) == [f"now/{KEY}"]


def storage_read(place: MovingStorage) -> bytes:
    return b"".join(place.chunks(KEY))
