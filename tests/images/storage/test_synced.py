import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from imagehub.images.storage.synced import SyncedFolders


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[list[int]]:
    """Descriptors of a folder, of one in it, and of one in that."""
    places = [tmp_path, tmp_path / "users", tmp_path / "users" / "ada"]
    with ExitStack() as opened:
        descriptors = []
        for place in places:
            place.mkdir(exist_ok=True)
            descriptors.append(os.open(place, os.O_RDONLY))
            opened.callback(os.close, descriptors[-1])
        yield descriptors


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the operating system was asked to make durable."""
    asked: list[int] = []
    monkeypatch.setattr(os, "fsync", asked.append)
    return asked


def test_the_first_object_waits_for_every_folder_and_the_next_for_its_own(trail: list[int], waits: list[int]) -> None:
    folders = SyncedFolders()
    folders.sync(trail)
    folders.sync(trail)
    assert waits == [trail[2], trail[1], trail[0], trail[2]]


def test_a_folder_that_was_removed_is_waited_for_again(trail: list[int], waits: list[int]) -> None:
    folders = SyncedFolders()
    folders.sync(trail)
    folders.forget(trail[2], trail[1])
    waits.clear()
    folders.sync(trail)
    assert waits == [trail[2], trail[1]]


def test_what_could_not_be_made_durable_is_not_remembered(trail: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    folders, asked = SyncedFolders(), list[int]()

    def fail(_descriptor: int) -> None:
        raise OSError

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError):  # noqa: PT011  # any failure of the disk
        folders.sync(trail)
    monkeypatch.setattr(os, "fsync", asked.append)
    folders.sync(trail)
    assert asked == [trail[2], trail[1], trail[0]]
