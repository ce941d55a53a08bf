import errno
import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from imagehub.images import doctor, renditions, services, storage
from imagehub.images.doctor import Kind
from imagehub.images.models import Image, Rendition, Tombstone, Usage
from imagehub.images.pipeline.formats import Format
from imagehub.images.quotas import Amount, usage_of
from tests.images.conftest import Keep, objects

pytestmark = pytest.mark.django_db(transaction=True)
DEFAULT = "images/default/default.png"
LEFTOVER = f"images/users/u/.{'0' * 32}.tmp"


def seen(grace: int = 3600) -> list[tuple[str, str]]:
    return [(finding.kind, finding.key) for finding in doctor.examine(timedelta(seconds=grace))]


def run(*arguments: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def age(root: Path, key: str, seconds: int = 7200) -> None:
    moment = time.time() - seconds
    os.utime(root / key, (moment, moment))


def write(root: Path, key: str, data: bytes = b"x", seconds: int = 7200) -> None:
    (root / key).parent.mkdir(parents=True, exist_ok=True)
    (root / key).write_bytes(data)
    age(root, key, seconds)


def test_a_sound_house_has_no_findings(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    renditions.rendition(image, "thumb", Format.WEBP)
    for key in objects(root):
        age(root, key)
    assert seen() == []
    assert run() == (0, ["All is well: every row has its object, every object its row."])
    assert run("--repair", "--min-age", "0")[0] == 0
    assert len(objects(root)) == 2


def test_an_empty_house_is_sound() -> None:
    assert seen(0) == []


Break = Callable[[Image, Path], str]


def _lose(image: Image, root: Path) -> str:
    (root / image.key).unlink()
    return str(image.key)


def _cut(image: Image, root: Path) -> str:
    (root / image.key).write_bytes((root / image.key).read_bytes()[:-1])
    return str(image.key)


def _alter(image: Image, root: Path) -> str:
    data = bytearray((root / image.key).read_bytes())
    data[len(data) // 2] ^= 1
    (root / image.key).write_bytes(data)
    return str(image.key)


def _lose_rendition(image: Image, root: Path) -> str:
    key = str(renditions.rendition(image, "thumb", Format.WEBP).key)
    (root / key).unlink()
    return key


def _alter_rendition(image: Image, root: Path) -> str:
    key = str(renditions.rendition(image, "thumb", Format.WEBP).key)
    (root / key).write_bytes(b"other")
    return key


def _abandon(_: Image, root: Path) -> str:
    write(root, "images/users/u/orphan.jpg")
    return "images/users/u/orphan.jpg"


def _abandon_rendition(_: Image, root: Path) -> str:
    write(root, "renditions/gone/thumb-x.webp")
    return "renditions/gone/thumb-x.webp"


def _leave_half(_: Image, root: Path) -> str:
    write(root, LEFTOVER)
    return LEFTOVER


def _abandon_photo(_: Image, root: Path) -> str:
    write(root, "images_gone/orphan.jpg")
    return "images_gone/orphan.jpg"


def _miscount(image: Image, _: Path) -> str:
    Usage.objects.filter(owner=image.owner).update(bytes=F("bytes") + 1)
    return str(image.owner_id)


def _lose_count(image: Image, _: Path) -> str:
    Usage.objects.filter(owner=image.owner).delete()
    return str(image.owner_id)


def _forget_tombstone(_: Image, root: Path) -> str:
    write(root, "images/users/u/doomed.jpg")
    Tombstone.objects.create(key="images/users/u/doomed.jpg", since=timezone.now() - timedelta(hours=2))
    return "images/users/u/doomed.jpg"


@pytest.mark.parametrize(
    ("spoil", "kind", "mended"),
    [
        (_lose, Kind.MISSING_OBJECT, False),
        (_cut, Kind.WRONG_BYTES, False),
        (_alter, Kind.WRONG_BYTES, False),
        (_lose_rendition, Kind.LOST_RENDITION, True),
        (_alter_rendition, Kind.LOST_RENDITION, True),
        (_abandon, Kind.ORPHAN_OBJECT, True),
        (_abandon_rendition, Kind.ORPHAN_OBJECT, True),
        (_abandon_photo, Kind.ORPHAN_OBJECT, True),
        (_leave_half, Kind.LEFTOVER, True),
        (_miscount, Kind.MISCOUNTED_USAGE, True),
        (_lose_count, Kind.MISCOUNTED_USAGE, True),
        (_forget_tombstone, Kind.OVERDUE_TOMBSTONE, True),
    ],
)
def test_each_fault_is_found_and_mended_where_that_loses_nothing(
    ada: User, keep: Keep, root: Path, spoil: Break, kind: Kind, mended: bool
) -> None:  # a table and its cast
    image, other = keep(ada), keep(ada)
    key = spoil(image, root)
    before = objects(root)

    assert seen() == [(kind, key)]
    code, lines = run()
    assert (code, len(lines)) == (1, 2)
    assert lines[0].startswith(f"found   {kind}")
    assert objects(root) == before

    code, lines = run("--repair", "--json")
    state = "mended" if mended else "found"
    assert code == (0 if mended else 1)
    assert json.loads(lines[0]) == {"kind": kind, "key": key, "state": state}
    assert json.loads(lines[1]) == {
        "remaining": {} if mended else {kind: 1},
        "mended": {kind: 1} if mended else {},
    }
    assert run("--repair")[0] == code
    assert set(Image.objects.all()) == {image, other}
    assert (key in objects(root)) is (spoil in {_cut, _alter})
    assert not Rendition.objects.exists()
    assert not Tombstone.objects.exists()
    assert storage.exists(other.key)
    assert usage_of(ada.pk) == Amount(ada.pk, image.size + other.size, 2)


@pytest.mark.parametrize(
    ("key", "seconds"),
    [
        ("images/users/u/young.jpg", 3000),
        (LEFTOVER, 3000),
        (DEFAULT, 7200),
        ("db/collection/doc-x/original/img_001.jpg", 7200),
        ("metadata.json", 7200),
        ("images/others/x.jpg", 7200),
        ("images-1/x.jpg", 7200),
        ("my/images_1/x.jpg", 7200),
        ("images/users/u/.hidden", 7200),
    ],
)
def test_what_is_young_or_another_s_is_left_alone(root: Path, key: str, seconds: int) -> None:
    write(root, key, seconds=seconds)
    assert seen() == []
    assert run("--repair")[0] == 0
    assert objects(root) == [key]


def test_a_young_tombstone_accounts_for_its_object(root: Path) -> None:
    write(root, "images/users/u/doomed.jpg")
    Tombstone.objects.create(key="images/users/u/doomed.jpg")
    assert seen() == []


def test_a_database_without_images_condemns_no_object(root: Path) -> None:
    write(root, "images/users/u/precious.jpg")
    assert run("--repair")[0] == 1
    assert objects(root) == ["images/users/u/precious.jpg"]


def test_the_age_that_counts_can_be_said(ada: User, keep: Keep, root: Path) -> None:
    kept = keep(ada, key="images_7/kept.jpg").key
    write(root, "images/users/u/orphan.jpg", seconds=10)
    assert run("--repair", "--min-age", "60")[0] == 0
    assert objects(root) == ["images/users/u/orphan.jpg", kept]
    assert run("--repair", "--min-age", "5")[0] == 0
    assert objects(root) == [kept]


def test_an_orphan_that_got_its_row_meanwhile_is_spared(ada: User, keep: Keep, root: Path) -> None:
    finding = doctor.Finding(Kind.ORPHAN_OBJECT, keep(ada).key)
    assert doctor.mend(finding)
    assert objects(root) == [finding.key]


def test_a_link_to_elsewhere_is_neither_followed_nor_removed(root: Path, tmp_path: Path) -> None:
    write(tmp_path, "precious.jpg")
    (root / "images/users").mkdir(parents=True)
    (root / "images/users/link").symlink_to(tmp_path)
    assert seen() == []
    run("--repair", "--min-age", "0")
    assert (tmp_path / "precious.jpg").exists()


def test_a_storage_that_does_not_answer_is_said_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, "images/users/u/orphan.jpg")

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "the disk is dying")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CommandError, match="can't be stored or read at the moment"):
        run("--repair")
    monkeypatch.undo()
    assert objects(root) == ["images/users/u/orphan.jpg"]


def test_two_doctors_at_once_mend_the_same_house(ada: User, keep: Keep, root: Path) -> None:
    image = keep(ada)
    for number in range(30):
        write(root, f"images/users/u/{number}.jpg")
        write(root, f"images/users/u/.{number:032}.tmp")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(_mend_all, range(3)))
    assert objects(root) == [image.key]
    assert seen(0) == []


def _mend_all(_: int) -> None:
    try:
        for finding in doctor.examine():
            doctor.mend(finding)
    finally:
        connection.close()


def test_beside_uploads_and_deletions_nothing_alive_is_touched(ada: User, keep: Keep, root: Path) -> None:
    kept: list[Image] = []
    done = threading.Event()

    def live(_: int) -> None:
        try:
            for round_ in range(12):
                image = keep(ada)
                if round_ % 2:
                    services.discard([image])
                else:
                    kept.append(image)
        finally:
            connection.close()

    def watch() -> set[str]:
        found: set[str] = set()
        try:
            while not done.is_set():
                for finding in doctor.examine():
                    found.add(finding.kind)
                    doctor.mend(finding)
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(4) as pool:
        watching = pool.submit(watch)
        try:
            list(pool.map(live, range(3)))
        finally:
            done.set()
        assert watching.result() == set()
    assert objects(root) == sorted(image.key for image in kept)
    assert len(kept) == 18


def test_a_thousand_rows_cost_a_bounded_number_of_questions(
    ada: User, root: Path, django_assert_max_num_queries: Any
) -> None:
    for number in range(1001):
        write(root, f"images/users/u/{number}.jpg")
    with django_assert_max_num_queries(30):
        assert len(seen()) == 1001
