"""Objects on their way from a folder to a bucket, from there to a container, and home again.

On the first leg people go on meanwhile, and whoever moves the objects is killed again and again.
"""

import hashlib
import itertools
import random
import signal
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from imagehub.images import storage
from imagehub.images.moving import move, places
from imagehub.images.moving.carrying import Outcome
from imagehub.images.moving.journal import Journal
from imagehub.images.moving.move import Move
from imagehub.images.storage import ObjectExists, ObjectMissing
from imagehub.lib import storage_url
from tests import objects
from tests.corpus.build import photo
from tests.programs import Missing, without
from tests.running import Up, manage, plain_environment, prepared

ADA = {"username": "ada", "password": "a-Long-phrase-7"}
BEFORE, KILLED = 30, 2  # pictures that are there before, and movers that are killed

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    try:
        with objects.s3("pictures") as (url,):
            yield url
    except Missing as missing:
        without(f"{missing} is not installed")


@pytest.fixture(scope="module")
def container() -> Iterator[str]:
    try:
        with objects.azure("pictures") as (url,):
            yield url
    except Missing as missing:
        without(f"{missing} is not installed")


class Person:
    """Uploads, deletes, and looks at what is hers, until she is told to stop."""

    def __init__(self, up: Up, token: str) -> None:
        self.up, self.token = up, token
        self.kept: dict[str, dict[str, Any]] = {}
        self.digests: dict[str, str] = {}
        self.faults: list[object] = []
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._live)

    def upload(self, seed: int) -> None:
        status, answer = self.up.upload(self.token, photo(seed, side=90))
        assert status == 201, answer
        picture = answer["picture"]
        self.kept[picture["id"]] = picture
        self.digests[picture["id"]] = self.look_at(picture)

    def delete(self, picture: dict[str, Any]) -> None:
        path = f"/pictures/delete-picture/{picture['id']}/{picture['fileName']}/{picture['userId']}"
        status, answer = self.up.call("DELETE", path, Authorization=f"Bearer {self.token}")
        assert status == 200, answer
        del self.kept[picture["id"]]

    def look_at(self, picture: dict[str, Any]) -> str:
        address = urllib.parse.urlsplit(picture["url"])
        status, body = self.up.call("GET", f"{address.path}?{address.query}")
        assert status == 200, (status, body)
        return hashlib.sha256(body).hexdigest()

    def look_at_everything(self) -> None:
        assert {key: self.look_at(picture) for key, picture in self.kept.items()} == {
            key: self.digests[key] for key in self.kept
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join(60)

    def _live(self) -> None:
        try:
            for number in itertools.count(1000):
                if self._enough.is_set():
                    return
                self.upload(number)
                mine = list(self.kept.values())
                self.delete(random.choice(mine))  # noqa: S311  # any of them, and no secret
                for picture in random.sample(list(self.kept.values()), 3):
                    assert self.look_at(picture) == self.digests[picture["id"]]
        except (AssertionError, OSError) as fault:
            self.faults.append(fault)


def _killed(data: Path, both: dict[str, str], *options: str) -> None:
    """Start to move, and end that in the middle of its work."""
    command = [sys.executable, "manage.py", "move_storage", "--workers", "2", *options]
    env = plain_environment() | {"DATA_DIR": str(data)} | both
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as mover:
        assert "to move" in str(mover.stdout.readline() if mover.stdout else "")
        threading.Event().wait(random.uniform(0.05, 0.4))  # noqa: S311  # any moment of its work
        mover.send_signal(signal.SIGKILL)


def _moved(data: Path, both: dict[str, str]) -> str:
    done = manage(data, "move_storage", "--delete-source", **both)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", ["bucket", "container"])
def test_a_real_place_does_what_we_ask_of_it(kind: str, request: pytest.FixtureRequest) -> None:
    store = storage.made(storage_url.backend(request.getfixturevalue(kind)))
    key = "a folder/é 1%.jpg"
    store.put(key, b"0123456789")
    store.put("a folder/empty", b"")
    with pytest.raises(ObjectExists):
        store.put(key, b"another")
    assert [b"".join(store.chunks(*part)) for part in ((key,), (key, 3, 4), (key, 8))] == [
        b"0123456789",
        b"3456",
        b"89",
    ]
    assert b"".join(store.chunks("a folder/empty")) == b""
    store.replace(key, b"another")
    assert sorted((found.key, found.size) for found in store.walk("a folder/")) == [("a folder/empty", 0), (key, 7)]
    for name in (key, "a folder/empty", "a folder/empty"):
        store.delete(name)
    assert not store.exists(key)
    with pytest.raises(ObjectMissing):
        store.chunks(key)


def test_objects_go_from_a_bucket_to_a_container_and_home(tmp_path: Path, bucket: str, container: str) -> None:
    kept = {f"elsewhere/é {number}.bin": random.randbytes(number * 1000) for number in range(30)}  # noqa: S311  # any bytes
    source = storage.made(storage_url.backend(bucket))
    for key, data in kept.items():
        source.put(key, data)
    for start, end in ((bucket, container), (container, f"file://{tmp_path}/home")):
        carrier = places.carrier(start, end)
        with Journal(tmp_path, start, end) as journal:
            work, progress = Move(carrier, journal, 4), move.planned(carrier.source)
            work.carry_all(progress, lambda _progress: None)
            work.delete_source(progress, lambda _progress: None)
        assert (progress.objects, progress.outcomes, progress.deleted) == (30, {Outcome.MOVED: 30}, 30)
        assert list(carrier.source.walk()) == []
    home = tmp_path / "home"
    assert {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*.bin")} == kept


def test_nobody_notices_that_everything_moves(tmp_path: Path, bucket: str) -> None:
    both = {"STORAGE_URL": bucket, "STORAGE_URL_BEFORE": f"file://{tmp_path}/storage"}
    up = Up(prepared(tmp_path), "--no-demo")
    up.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
    ada = Person(up, up.token(**ADA))
    for number in range(BEFORE):
        ada.upload(number)
    assert up.end() == 0

    up = Up(tmp_path, "--no-demo", **both)
    ada.up, ada.token = up, up.token(**ADA)
    with ada:
        for _ in range(KILLED):
            _killed(tmp_path, both, "--delete-source")
        said = _moved(tmp_path, both)
    assert ada.faults == []
    assert "All of" in said
    ada.look_at_everything()
    assert up.end() == 0
    assert [path for path in (tmp_path / "storage").rglob("*") if path.is_file()] == []
    done = manage(tmp_path, "doctor", "--min-age", "0", STORAGE_URL=bucket)
    assert done.returncode == 0, done.stdout + done.stderr
