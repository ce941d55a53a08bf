import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from imagehub.images.storage import CHUNK, BadKey, LocalStorage, ObjectExists, ObjectMissing
from imagehub.images.storage.files import Chunks
from imagehub.lib.errors import StorageUnavailable
from tests.images.conftest import objects
from tests.programs import without

HOSTILE = ["../out", "/etc/passwd", "a/../../out", ".hidden", "a\x00"]


def root_of(store: LocalStorage) -> Path:
    return Path(store.location)


def test_what_was_put_is_read_back(store: LocalStorage) -> None:
    store.put("a/b/c.jpg", b"bytes")

    assert store.exists("a/b/c.jpg")
    assert b"".join(store.chunks("a/b/c.jpg")) == b"bytes"
    with store.open("a/b/c.jpg") as file:
        assert file.read() == b"bytes"


def test_django_saves_through_the_same_door(store: LocalStorage) -> None:
    assert store.save("a/b.txt", ContentFile(b"words")) == "a/b.txt"
    assert store.save("a/b.txt", ContentFile(b"others")) != "a/b.txt"
    assert b"".join(store.chunks("a/b.txt")) == b"words"


def test_a_taken_key_is_refused_and_keeps_its_bytes(store: LocalStorage) -> None:
    store.put("a.jpg", b"first")

    with pytest.raises(ObjectExists):
        store.put("a.jpg", b"second")

    assert objects(root_of(store)) == ["a.jpg"]
    assert b"".join(store.chunks("a.jpg")) == b"first"


def test_what_is_replaced_is_seen_as_before_or_as_after(store: LocalStorage) -> None:
    store.replace("a/b.jpg", b"first")
    reading = store.chunks("a/b.jpg")
    store.replace("a/b.jpg", b"second")

    assert b"".join(reading) == b"first"
    assert b"".join(store.chunks("a/b.jpg")) == b"second"
    assert objects(root_of(store)) == ["a/b.jpg"]


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_what_could_not_be_replaced_is_as_it_was(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store.put("a/b.jpg", b"first")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(StorageUnavailable):
            store.replace("a/b.jpg", b"second")

    assert objects(root_of(store)) == ["a/b.jpg"]
    assert b"".join(store.chunks("a/b.jpg")) == b"first"


def test_of_many_who_want_one_key_exactly_one_gets_it(store: LocalStorage) -> None:
    def attempt(number: int) -> int | None:
        try:
            store.put("one/key.jpg", b"%d" % number * 5000)
        except ObjectExists:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(attempt, range(32)) if number is not None]

    assert len(winners) == 1
    assert b"".join(store.chunks("one/key.jpg")) == b"%d" % winners[0] * 5000
    assert objects(root_of(store)) == ["one/key.jpg"]


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, None, b"0123456789"), (3, None, b"3456789"), (0, 4, b"0123"), (8, 50, b"89"), (10, 5, b""), (2, 0, b"")],
)
def test_chunks_start_and_end_where_asked(store: LocalStorage, start: int, length: int | None, expected: bytes) -> None:
    store.put("a", b"0123456789")
    assert b"".join(store.chunks("a", start, length)) == expected


def test_chunks_are_bounded(store: LocalStorage) -> None:
    store.put("a", bytes(3 * CHUNK + 1))
    assert [len(chunk) for chunk in store.chunks("a")] == [CHUNK, CHUNK, CHUNK, 1]


@pytest.mark.parametrize(("length", "left"), [(None, 2 * CHUNK + 1), (2 * CHUNK, CHUNK), (CHUNK, 0)])
def test_the_rest_of_the_chunks_comes_in_one_piece(store: LocalStorage, length: int | None, left: int) -> None:
    store.put("a", bytes(3 * CHUNK + 1))
    chunks = store.chunks("a", 0, length)
    assert isinstance(chunks, Chunks)
    assert [len(next(chunks)), len(chunks.rest()), *chunks] == [CHUNK, left]


def test_a_missing_object_is_named_so_before_any_byte(store: LocalStorage) -> None:
    store.put("folder/a", b"x")
    for key in ("b", "folder/b", "folder", "folder/a/b", "nowhere/b"):
        assert not store.exists(key)
        with pytest.raises(ObjectMissing):
            store.chunks(key)
        with pytest.raises(ObjectMissing):
            store.open(key)
        store.delete("nowhere/b")
    assert store.exists("folder/a")


def test_deleting_takes_the_empty_folders_along_but_never_the_root(store: LocalStorage) -> None:
    store.put("a/b/c/one", b"1")
    store.put("a/two", b"2")

    store.delete("a/b/c/one")
    assert [path.name for path in (root_of(store) / "a").iterdir()] == ["two"]

    store.delete("a/two")
    assert list(root_of(store).iterdir()) == []
    store.delete("a/two")


@pytest.mark.parametrize("key", HOSTILE)
def test_no_key_reaches_outside(store: LocalStorage, key: str) -> None:
    outside = root_of(store).parent / "out"
    outside.write_bytes(b"safe")
    for action in (store.exists, store.chunks, store.open, store.delete, lambda key: store.put(key, b"x")):
        with pytest.raises(BadKey):
            action(key)
    assert outside.read_bytes() == b"safe"


def test_no_link_inside_leads_outside(store: LocalStorage, tmp_path: Path) -> None:
    store.put("a", b"x")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret").write_bytes(b"secret")
    (root_of(store) / "link").symlink_to(elsewhere)
    (root_of(store) / "file").symlink_to(elsewhere / "secret")

    for key in ("link/secret", "file"):
        assert not store.exists(key)
        with pytest.raises(ObjectMissing):
            store.chunks(key)
    with pytest.raises((ObjectMissing, StorageUnavailable)):
        store.put("link/new", b"x")
    store.delete("link/secret")
    assert [found.key for found in store.walk()] == ["a"]
    assert [path.name for path in elsewhere.iterdir()] == ["secret"]


def test_a_pipe_or_folder_is_no_object(store: LocalStorage) -> None:
    store.put("a/b", b"x")
    os.mkfifo(root_of(store) / "pipe")
    assert not store.exists("pipe")
    assert not store.exists("a")


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    LocalStorage(location=str(tmp_path / "link")).put("a/b", b"x")
    assert objects(tmp_path / "real") == ["a/b"]


def test_a_walk_sees_every_object_with_size_and_time_and_no_temporary_file(store: LocalStorage) -> None:
    store.put("a/one", b"1")
    store.put("a/b/two", b"22")
    store.put("c/three", b"333")
    (root_of(store) / "a" / f".{'0' * 32}.tmp").write_bytes(b"half")

    assert sorted((found.key, found.size) for found in store.walk()) == [("a/b/two", 2), ("a/one", 1), ("c/three", 3)]
    assert sorted(found.key for found in store.walk("a/")) == ["a/b/two", "a/one"]
    assert list(store.walk("nowhere/")) == []
    assert list(store.walk("nowhere/c")) == []
    assert [found.key for found in store.walk("a/o")] == ["a/one"]
    store.put("cc/five", b"5")
    store.put("b/c/six", b"6")
    assert sorted(found.key for found in store.walk("c")) == ["c/three", "cc/five"]
    assert all(datetime.now(UTC) - found.modified < timedelta(minutes=1) for found in store.walk())


def test_leftovers_are_temporary_files_only_and_can_be_swept_up(store: LocalStorage) -> None:
    store.put("a/one", b"1")
    name = f".{'0' * 32}.tmp"
    (root_of(store) / "left").mkdir()
    (root_of(store) / "left" / name).write_bytes(b"half")
    (root_of(store) / ".keep").write_bytes(b"")

    assert [(found.key, found.size) for found in store.leftovers()] == [(f"left/{name}", 4)]
    with pytest.raises(BadKey):
        store.sweep_up("a/one")
    store.sweep_up(f"left/{name}")
    store.sweep_up(f"left/{name}")
    assert objects(root_of(store)) == [".keep", "a/one"]
    assert not (root_of(store) / "left").exists()


class PowerCut(BaseException):
    """Ends everything at once, as far as a test can."""


@pytest.mark.parametrize("step", ["write", "fsync", "link"])
def test_a_death_at_any_step_leaves_no_visible_file(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    monkeypatch.setattr(os, step, cut)
    with pytest.raises(PowerCut):
        store.put("a/b", b"x" * 100)
    monkeypatch.undo()
    assert list(store.walk()) == []
    store.put("a/b", b"again")


@pytest.mark.parametrize("step", ["write", "fsync", "link", "mkdir"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_refusal_of_the_disk_is_unavailable_and_leaves_nothing(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    store.put("other/a", b"x")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(StorageUnavailable):
        store.put("a/b", b"x" * 100)
    monkeypatch.undo()
    assert objects(root_of(store)) == ["other/a"]
    assert not (root_of(store) / "a").exists()
    store.put("a/b", b"again")


@pytest.mark.parametrize("bar", [lambda root: root.write_bytes(b""), lambda root: root.symlink_to("nowhere")])
def test_a_way_that_is_barred_is_a_fault_of_the_disk_and_no_lack_of_an_object(
    store: LocalStorage, bar: Callable[[Path], object]
) -> None:
    bar(root_of(store))
    for put in (store.put, store.replace, lambda key, data: store.replace_all([(key, data)])):
        with pytest.raises(StorageUnavailable):
            put("a/b", b"x")
    root_of(store).unlink()
    store.put("a/b", b"x")


def test_the_folder_is_synced_after_the_name_and_the_file_before(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_sync, real_link = os.fsync, os.link

    def sync(descriptor: int) -> None:
        steps.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real_sync(descriptor)

    def link(*names: str, **folders: Any) -> None:
        steps.append("link")
        real_link(*names, **folders)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "link", link)
    store.put("a/b/c", b"x")

    assert steps[0].endswith(".tmp")
    assert steps[1:] == ["link", "b", "a", root_of(store).name]


def test_a_name_that_may_not_be_durable_is_taken_back(store: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def refuse_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "the disk is dying")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    with pytest.raises(StorageUnavailable):
        store.put("a/b", b"x")
    monkeypatch.undo()
    assert objects(root_of(store)) == []


def test_a_folder_that_keeps_vanishing_is_given_up(store: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    def vanish(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "gone")

    monkeypatch.setattr(os, "link", vanish)
    with pytest.raises(StorageUnavailable):
        store.put("a/b", b"x")
    monkeypatch.undo()
    assert objects(root_of(store)) == []


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_without_links_a_rename_names_the_file(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    store.put("a/b", b"x")
    with pytest.raises(ObjectExists):
        store.put("a/b", b"y")
    assert objects(root_of(store)) == ["a/b"]


def test_puts_and_deletes_in_one_folder_never_disturb_each_other(store: LocalStorage) -> None:
    start = threading.Barrier(6)

    def come_and_go(worker: int) -> None:
        start.wait(10)
        for round_ in range(60):
            key = f"users/one/{worker}-{round_}"
            store.put(key, b"x" * 10)
            assert b"".join(store.chunks(key)) == b"x" * 10
            store.delete(key)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(come_and_go, range(6)))
    assert list(root_of(store).iterdir()) == []


WRITER = """
import sys
from django.conf import settings
settings.configure()
from imagehub.images.storage.local import LocalStorage
store = LocalStorage(location=sys.argv[1])
for number in range(100_000):
    store.put(f"a/{number % 7}/{number}", bytes([number % 251]) * 300_000)
    print(number, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 5, 9])
def test_a_killed_writer_leaves_whole_files_and_all_that_it_acknowledged(
    store: LocalStorage, acknowledged: int
) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, store.location], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(acknowledged):
            writer.stdout.readline()
        writer.kill()
        said = acknowledged + len(writer.stdout.readlines())

    numbers = sorted(int(found.key.rpartition("/")[2]) for found in store.walk())
    assert numbers[:said] == list(range(said))
    for number in numbers:
        whole = bytes([number % 251]) * 300_000
        assert b"".join(store.chunks(f"a/{number % 7}/{number}")) == whole
    for left in store.leftovers():
        store.sweep_up(left.key)
    assert len(objects(root_of(store))) == len(numbers)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 256 KiB; needs root, which the project's CI has."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], check=False)
    if mounted.returncode:
        without("only root may mount a small file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_unavailable_and_recovers_by_itself(small_disk: Path) -> None:
    store = LocalStorage(location=str(small_disk))
    kept = _until_full(lambda number: store.put(f"a/{number}", bytes(50_000)))

    assert kept in {3, 4, 5}
    assert sorted(found.key for found in store.walk()) == [f"a/{number}" for number in range(kept)]
    assert all(found.size == 50_000 for found in store.walk())
    assert list(store.leftovers()) == []

    store.delete("a/0")
    store.put("a/again", bytes(40_000))


def _until_full(put: Callable[[int], None]) -> int:
    for number in range(10):
        try:
            put(number)
        except StorageUnavailable:
            return number
    raise AssertionError("the disk never filled")


def test_many_are_replaced_together(store: LocalStorage) -> None:
    store.put("a/b/1.jpg", b"former")

    store.replace_all([("a/b/1.jpg", b"first"), ("a/c/2.jpg", b"second"), ("a/b/3.jpg", b""), ("a/b/1.jpg", b"last")])

    assert objects(root_of(store)) == ["a/b/1.jpg", "a/b/3.jpg", "a/c/2.jpg"]
    assert [b"".join(store.chunks(key)) for key in objects(root_of(store))] == [b"last", b"", b"second"]
    assert list(store.leftovers()) == []


def test_many_files_are_safe_before_any_has_its_name_and_the_names_before_it_is_told(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, os.rename

    def syncing(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def renaming(*names: Any, **folders: Any) -> None:
        done.append("name")
        rename(*names, **folders)

    store.replace("x/1", b"")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", syncing)
        patch.setattr(os, "rename", renaming)
        store.replace_all([("x/1", b"one"), ("x/2", b"two"), ("x/3", b"three")])

    assert done == ["file"] * 3 + ["name"] * 3 + ["folder"]


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_of_many_that_could_not_be_replaced_nothing_is_left(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store.put("a/b.jpg", b"first")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(StorageUnavailable):
            store.replace_all([("a/b.jpg", b"second"), ("new/c.jpg", b"third")])

    assert objects(root_of(store)) == ["a/b.jpg"]
    assert b"".join(store.chunks("a/b.jpg")) == b"first"
    assert [path.name for path in root_of(store).iterdir()] == ["a"]


def test_files_come_together_into_folders_that_vanish_meanwhile(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, vanishing = os.open, ["a", "a"]

    def vanish(name: Any, flags: int, *rest: Any, **options: Any) -> int:
        if flags & os.O_EXCL and vanishing:
            (root_of(store) / vanishing.pop()).rmdir()
        return opened(name, flags, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", vanish)
        store.replace_all([("a/1", b"one"), ("a/2", b"two")])

    assert (objects(root_of(store)), vanishing) == (["a/1", "a/2"], [])


def _refuse(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("has_links", [True, False])
def test_what_comes_at_the_very_moment_of_a_removal_stays(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    store.put("a/1", b"old")
    (found,) = store.walk()
    rename = os.rename
    if not has_links:
        monkeypatch.setattr(os, "link", _refuse)

    def overtaken(*names: Any, **folders: Any) -> None:
        monkeypatch.setattr(os, "rename", rename)
        store.replace("a/1", b"new")
        os.utime(root_of(store) / "a/1", (2e9, 2e9))
        rename(*names, **folders)

    monkeypatch.setattr(os, "rename", overtaken)
    store.delete_unchanged("a/1", found.modified)

    assert b"".join(store.chunks("a/1")) == b"new"
    assert list(store.leftovers()) == []
    (found,) = store.walk()
    store.delete_unchanged("a/1", found.modified)
    store.delete_unchanged("a/1", found.modified)
    assert list(root_of(store).iterdir()) == []
