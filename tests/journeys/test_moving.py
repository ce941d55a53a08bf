"""The whole product on its way from a folder to a bucket, from there to a container, and home again.

People go on meanwhile, and whoever moves the objects is killed again and again.
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

from tests import objects
from tests.corpus.build import photo
from tests.programs import Missing, without
from tests.running import Up, manage, plain_environment

ADA = {"username": "ada", "password": "a-Long-phrase-7"}
BEFORE, KILLED = 40, 3  # pictures that are there before, and movers that are killed

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

    def look_at_everything(self, up: Up) -> None:
        self.up = up
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


def _killed(data: Path, places: dict[str, str], *options: str) -> None:
    """Start to move, and end that in the middle of its work."""
    command = [sys.executable, "manage.py", "move_storage", "--workers", "2", *options]
    env = plain_environment() | {"DATA_DIR": str(data)} | places
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as mover:
        assert "to move" in str(mover.stdout.readline() if mover.stdout else "")
        threading.Event().wait(random.uniform(0.05, 0.4))  # noqa: S311  # any moment of its work
        mover.send_signal(signal.SIGKILL)


def _moved(data: Path, places: dict[str, str]) -> str:
    done = manage(data, "move_storage", "--delete-source", **places)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _is_whole(data: Path, place: str) -> None:
    done = manage(data, "doctor", "--min-age", "0", STORAGE_URL=place)
    assert done.returncode == 0, done.stdout + done.stderr


def _files(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file()]


def test_nobody_notices_that_everything_moves(tmp_path: Path, bucket: str, container: str) -> None:
    folder = f"file://{tmp_path}/storage"
    up = Up(tmp_path, "--no-demo")
    up.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
    ada = Person(up, up.token(**ADA))
    for number in range(BEFORE):
        ada.upload(number)
    assert up.end() == 0

    places = {"STORAGE_URL": bucket, "STORAGE_URL_BEFORE": folder}
    up = Up(tmp_path, "--no-demo", **places)
    ada.up, ada.token = up, up.token(**ADA)
    with ada:
        for _ in range(KILLED):
            _killed(tmp_path, places, "--delete-source")
        said = _moved(tmp_path, places)
    assert ada.faults == []
    assert "All of" in said
    ada.look_at_everything(up)
    assert up.end() == 0
    assert _files(tmp_path / "storage") == []
    _is_whole(tmp_path, bucket)

    for source, target in ((bucket, container), (container, folder)):
        places = {"STORAGE_URL": target, "STORAGE_URL_BEFORE": source}
        _killed(tmp_path, places)
        _moved(tmp_path, places)
        _is_whole(tmp_path, target)
    up = Up(tmp_path, "--no-demo")
    ada.look_at_everything(up)
    assert up.end() == 0
