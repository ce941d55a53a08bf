"""`manage.py move_storage` as whoever runs it sees it."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from imagehub.images.moving.journal import Journal
from imagehub.images.storage import LocalStorage
from tests.images.conftest import objects
from tests.servers import free_port

NOBODY = 65_534
OBJECTS = {f"images/users/u/{number}.jpg": str(number).encode() * 1000 for number in range(12)}


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> LocalStorage:
    settings.DATA_DIR = tmp_path / "data"
    settings.STORAGE_URL = f"file://{tmp_path}/from"
    store = LocalStorage(location=str(tmp_path / "from"))
    for key, data in OBJECTS.items():
        store.put(key, data)
    return store


@pytest.fixture
def to(tmp_path: Path) -> str:
    return f"file://{tmp_path}/to"


@pytest.fixture
def switched(source: LocalStorage, to: str, settings: Settings) -> None:
    """Configured as during the move."""
    settings.STORAGE_URL_BEFORE, settings.STORAGE_URL = settings.STORAGE_URL, to


def move(*options: str) -> str:
    out = io.StringIO()
    call_command("move_storage", *options, stdout=out)
    return out.getvalue()


def found(folder: Path) -> dict[str, bytes]:
    return {key: (folder / key).read_bytes() for key in objects(folder)}


def test_everything_is_moved_and_the_source_stays(source: LocalStorage, to: str, tmp_path: Path) -> None:
    said = move("--to", to)
    assert found(tmp_path / "to") == found(tmp_path / "from") == OBJECTS
    assert "12 objects" in said
    assert "12 moved     written and read back" in said
    assert f"ImageHub still writes to file://{tmp_path}/from." in said


def test_a_rehearsal_changes_nothing(source: LocalStorage, to: str, tmp_path: Path) -> None:
    LocalStorage(location=str(tmp_path / "to")).put("images/users/u/0.jpg", b"0")
    assert move("--to", to, "--dry-run").startswith("12 objects, 13.7\xa0KB; 11 not there yet.")
    assert objects(tmp_path / "to") == ["images/users/u/0.jpg"]
    assert not (tmp_path / "data").exists()


def test_a_second_run_reads_nothing_again(switched: None, tmp_path: Path) -> None:
    move()
    (tmp_path / "to/images/users/u/3.jpg").write_bytes(b"not looked at")
    assert "12 there" in (said := move())
    assert "objects and 0\xa0bytes a second" in said
    assert "All of" in said


def test_what_the_new_place_has_lost_since_is_moved_again(switched: None, tmp_path: Path) -> None:
    move()
    (tmp_path / "to/images/users/u/3.jpg").unlink()
    said = move()
    assert found(tmp_path / "to") == OBJECTS
    assert "11 there" in said
    assert "1 moved" in said


def test_what_was_replaced_in_the_source_since_is_moved_again(source: LocalStorage, to: str, tmp_path: Path) -> None:
    move("--to", to)
    source.replace("images/users/u/3.jpg", b"another")
    source.put("images/users/u/new.jpg", b"new")
    said = move("--to", to)
    assert found(tmp_path / "to") == found(tmp_path / "from")
    assert "1 renewed" in said
    assert "1 moved" in said


def test_the_source_is_emptied_only_when_told_to(switched: None, tmp_path: Path) -> None:
    move()
    assert len(objects(tmp_path / "from")) == 12
    assert "12 deleted from the former place." in move("--delete-source")
    assert objects(tmp_path / "from") == []
    assert found(tmp_path / "to") == OBJECTS


def test_what_an_earlier_run_compared_is_compared_again_before_it_is_deleted(switched: None, tmp_path: Path) -> None:
    move()
    (tmp_path / "to/images/users/u/3.jpg").unlink()
    move("--delete-source")
    assert found(tmp_path / "to") == OBJECTS
    assert objects(tmp_path / "from") == []


@pytest.mark.django_db
def test_nothing_is_deleted_while_anything_is_in_doubt(
    switched: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    LocalStorage(location=str(tmp_path / "to")).put("images/users/u/3.jpg", b"odd")
    monkeypatch.setattr("imagehub.images.keepers.digests", lambda _key: {"neither"})
    with pytest.raises(SystemExit, match="1"):
        move("--delete-source")
    assert len(objects(tmp_path / "from")) == 12


FOLDER = r"must name a folder that may be {}, which /.+/{} is not$"
REFUSED: dict[str, tuple[list[str], str]] = {
    "nowhere": ([], "Say where to move with --to"),
    "itself": (["--to", "file://{folder}/from"], "the same place"),
    "itself by another name": (["--to", "file://{folder}/link"], "the same place"),
    "within": (["--to", "file://{folder}/from/images"], "within the other"),
    "around": (["--to", "file://{folder}"], "within the other"),
    "unknown": (["--to", "ftp://x"], "--to must start with"),
    "a file": (["--to", "file://{folder}/file"], FOLDER.format("read and written", "file")),
    "within a file": (["--to", "file://{folder}/file/on/and/on"], FOLDER.format("read and written", "file")),
    "a link to nothing": (["--to", "file://{folder}/lost"], FOLDER.format("read and written", "lost")),
    "from nowhere": (["--from", "file://{folder}/none", "--to", "file://{folder}/to"], FOLDER.format("read", "none")),
    "deleting what is written to": (["--to", "file://{folder}/to", "--delete-source"], "needs STORAGE_URL"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_leaves_no_trace(case: str, source: LocalStorage, tmp_path: Path) -> None:
    options, sentence = REFUSED[case]
    (tmp_path / "link").symlink_to(tmp_path / "from")
    (tmp_path / "lost").symlink_to(tmp_path / "nothing")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CommandError, match=sentence):
        move(*(option.format(folder=tmp_path) for option in options))
    assert found(tmp_path / "from") == OBJECTS
    assert not (tmp_path / "to").exists()
    assert not (tmp_path / "data").exists()


@contextmanager
def one_of_many() -> Iterator[None]:
    """Be somebody who may not write everywhere, whoever runs the tests."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_folder_that_may_not_be_written_is_told_of_before_anything_is_done(
    options: list[str], source: LocalStorage, tmp_path: Path
) -> None:
    sentence = "^--to must name a folder that may be read and written, which /usr is not$"
    with one_of_many(), pytest.raises(CommandError, match=sentence):
        move("--from", "file:///etc", "--to", "file:///usr/imagehub/pictures", *options)
    assert not (tmp_path / "data").exists()
    assert not Path("/usr/imagehub").exists()


def test_a_journal_that_can_not_be_written_is_told_of(source: LocalStorage, to: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(CommandError, match=r"^What was moved is noted in /.+/data/moves, which can't be written: "):
        move("--to", to)
    assert objects(tmp_path / "to") == []


def test_a_place_that_is_away_is_told_of_in_a_sentence(source: LocalStorage) -> None:
    with pytest.raises(CommandError) as refusal:
        move("--to", f"s3://key:secret@bucket?endpoint=http://127.0.0.1:{free_port()}&region=eu-west-1")
    assert str(refusal.value) == (
        "Images can't be stored or read at the moment. Nothing was lost; try again. "
        "The next run goes on where this one stopped."
    )


def test_two_names_of_one_place_are_seen_through(source: LocalStorage, tmp_path: Path) -> None:
    from imagehub.images.moving import places

    with pytest.raises(places.SamePlace):
        places.require_two(source, LocalStorage(location=str(tmp_path / "from")))
    assert found(tmp_path / "from") == OBJECTS


def test_a_journal_remembers_what_is_unchanged(source: LocalStorage, tmp_path: Path) -> None:
    seen = sorted(source.walk(), key=lambda one: one.key)
    with Journal(tmp_path, "a", "b") as journal:
        journal.note(seen[:5])
        assert journal.unchanged(seen) == journal.just_seen(seen) == {one.key for one in seen[:5]}
    source.replace(seen[0].key, b"another")
    with Journal(tmp_path, "a", "b") as journal:
        assert journal.unchanged(list(source.walk())) == {one.key for one in seen[1:5]}
        assert journal.just_seen(seen) == set()
    with Journal(tmp_path, "a", "c") as other:
        assert other.unchanged(seen) == set()
