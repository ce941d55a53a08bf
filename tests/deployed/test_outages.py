"""What an installation does while something around it is full, away, wrong or late."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from redis import Redis

from tests.accounts.issuing import OTHER_RSA_KEY, claims, published, signed
from tests.corpus.build import photo
from tests.crowds import at_once
from tests.deployed.listening import Listener
from tests.deployed.parts import Part
from tests.deployed.topology import ADA, Deployment
from tests.deployed.waiting import wait_until
from tests.loopback import always, answer, listening_on, serving
from tests.programs import required, without
from tests.running import MULTIPART, Client, multipart
from tests.servers import free_port
from tests.webhooks.receiver import receiving

pytestmark = [pytest.mark.server, pytest.mark.deployed]

PATIENCE = 60.0  # seconds
CHANGES = int(os.environ.get("FAULT_CHANGES", "200"))
CUT_AFTER = 2.0 if CHANGES >= 1000 else 0.4  # seconds
ODA = {"username": "oda", "password": "a-Long-phrase-9"}
GIVEN_UP = 20.0  # seconds: the server twice, on its way from one connection to another, and a slow machine
MOUNTED = 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"'


def _upload(client: Client, key: str, data: bytes, token: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content_Type": MULTIPART, "Idempotency_Key": key}
    return client.call("POST", "/pictures/create-picture", multipart(data), **headers)


def _uploaded(client: Client, seed: int, token: str) -> dict[str, Any]:
    status, told = _upload(client, f"outage-{seed}-{time.monotonic_ns()}", photo(seed, side=90), token)
    assert status == 201, told
    return dict(told["picture"])


def _seen(client: Client, url: str) -> int:
    address = urllib.parse.urlsplit(url)
    return client.call("GET", f"{address.path}?{address.query}")[0]


@dataclass(frozen=True)
class Odd:
    """A process of pages whose disk has four megabytes, seen by that process alone, and whose clock a test sets."""

    client: Client
    disk: Path
    shift: Path

    def set_clock(self, seconds: int) -> None:
        """Let its clock be wrong by so much from now on."""
        with self.shift.open("r+b") as file:
            file.write(seconds.to_bytes(8, sys.byteorder, signed=True))


@pytest.fixture(scope="module")
def odd(deployment: Deployment) -> Iterator[Odd]:
    folder, library, shift = (deployment.folder / name for name in ("small", "clock.so", "shift"))
    folder.mkdir()
    shift.write_bytes(bytes(8))
    source = Path(__file__).with_name("clock.c")
    subprocess.run([required("gcc"), "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    within = [required("unshare"), "--mount", *rights, required("sh"), "-c", MOUNTED, str(folder)]
    if subprocess.run([*within, "true"], check=False).returncode:
        without("a disk of a few megabytes can't be mounted here")
    small = {"STORAGE_URL": f"file://{folder}/storage", "ACCEL_REDIRECT": "", "TMPDIR": str(folder)}
    wrong = {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)}
    with deployment.beside(within, **small, **wrong) as (part, client):
        client.post("/api/v1/auth/register", {**ODA, "email": "oda@example.org"})
        yield Odd(client, Path(f"/proc/{part.pid}/root{folder}"), shift)
        # What lies on its disk goes with it; nobody else is to look for it.
        user = _uploaded(client, 1, client.token(**ODA))["userId"]
        client.call("DELETE", f"/pictures/delete-user/{user}", Authorization=f"Bearer {client.token(**ODA)}")


@contextmanager
def _full(disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    yield
    ballast.unlink()


def _files(disk: Path) -> set[str]:
    return {str(path.relative_to(disk)) for path in disk.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [5_000, 3_000_000], ids=["on its way in memory", "on its way in a file"])
def test_a_full_disk_refuses_leaves_nothing_and_takes_the_same_later(odd: Odd, size: int) -> None:
    client, disk = odd.client, odd.disk
    data = photo(size, side=90)
    data += bytes(max(0, size - len(data)))
    before, token = _files(disk), client.token(**ODA)
    with _full(disk):
        status, told = _upload(client, f"full-{size}", data, token)
        assert _files(disk) == before | {"ballast"}
        assert _seen(client, "/api/v1/health/live") == 200

    assert (status, told["code"]) == (503, "STORAGE_UNAVAILABLE")
    status, told = _upload(client, f"full-{size}", data, token)
    assert (status, _seen(client, told["picture"]["url"])) == (201, 200)
    assert len(_files(disk) - before) == 1


@pytest.mark.parametrize("by", [-3600, 3600, -172800, 172800])
def test_a_clock_that_jumps_loses_nothing(deployment: Deployment, odd: Odd, by: int) -> None:
    client = odd.client
    before = _uploaded(client, 40, client.token(**ODA))
    odd.set_clock(by)
    token = client.token(**ODA)
    during = _uploaded(client, 41, token)
    known = {picture["id"] for picture in _pictures(client, during["userId"], token)}
    seen_there = _seen(client, during["url"])
    odd.set_clock(0)

    told = datetime.fromisoformat(during["createdAt"]) - datetime.fromisoformat(before["createdAt"])
    assert abs(told.total_seconds() - by) < PATIENCE
    assert {before["id"], during["id"]} <= known
    assert seen_there == 200
    assert _seen(client, before["url"]) == 200
    mine = {
        picture["id"]: picture
        for picture in _pictures(deployment.front, during["userId"], deployment.front.token(**ODA))
    }
    assert {before["id"], during["id"]} <= set(mine)
    assert _seen(client, mine[during["id"]]["url"]) == 200
    _uploaded(client, 42, client.token(**ODA))


@pytest.mark.parametrize("by", [-30, 30])
def test_clocks_that_differ_by_half_a_minute_understand_one_another(deployment: Deployment, odd: Odd, by: int) -> None:
    client = odd.client
    odd.set_clock(by)
    token = client.token(**ODA)
    theirs = _uploaded(client, 43, deployment.front.token(**ODA))
    mine = {picture["id"]: picture for picture in _pictures(deployment.front, theirs["userId"], token)}
    assert _seen(client, mine[theirs["id"]]["url"]) == 200
    odd.set_clock(0)


def _pictures(client: Client, user: str, token: str) -> list[dict[str, Any]]:
    path, bearer = f"/pictures/get-user-pictures/{user}", f"Bearer {token}"
    status, pictures = client.call("GET", path, Authorization=bearer)
    assert status == 200, pictures
    return list(pictures)


@contextmanager
def _frozen(part: Part) -> Iterator[None]:
    """Let a process hang with all of its connections, as on a machine or a disk that does."""
    os.kill(part.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(part.pid, signal.SIGCONT)


def test_a_database_that_hangs_is_given_up_soon_and_told_of(deployment: Deployment) -> None:
    with deployment.beside([], DATABASE_SECONDS="3") as (_part, client):
        token = client.token(**ADA)
        before = _uploaded(client, 70, token)
        asked: list[Callable[[], tuple[int, Any]]] = [
            lambda: client.call(
                "GET", f"/pictures/get-user-pictures/{before['userId']}", Authorization=f"Bearer {token}"
            ),
            lambda: _upload(client, "hanging", photo(71, side=90), token),
            lambda: client.call("GET", f"/publications/{before['id']}/"),
            lambda: client.call("GET", "/api/v1/health"),
            lambda: client.call("GET", "/api/v1/health/live"),
        ]
        with _frozen(deployment.parts["database"]):
            begun = time.monotonic()
            told = at_once(asked * 3)
            took = time.monotonic() - begun

        assert [status for status, _ in told] == [503, 503, 503, 503, 200] * 3
        assert {answer["code"] for _, answer in told[:2]} == {"DATABASE_UNAVAILABLE"}
        assert told[3][1]["database"] == "down"
        assert took < GIVEN_UP

        status, told_later = _upload(client, "hanging", photo(71, side=90), token)
        assert (status, _seen(client, told_later["picture"]["url"])) == (201, 200)
        known = [picture["id"] for picture in _pictures(client, before["userId"], token)]
        assert known.count(before["id"]) == known.count(told_later["picture"]["id"]) == 1
    _uploaded(deployment.front, 72, token)


def test_an_issuer_may_be_away_and_change_its_keys(deployment: Deployment) -> None:
    """Its first keys stay good while it is away; its next ones hold once somebody could ask for them."""
    old, new = (published(), published(suffix="-2"))
    token, next_token = signed(claims()), signed(claims(), headers={"kid": "RS256-2"})
    with serving(always(answer(json.dumps(old).encode())), listener=listening_on(deployment.issuer)):
        _emptied(deployment)
        assert _who(deployment, token) == [200] * 4
        assert _who(deployment, signed(claims(), key=OTHER_RSA_KEY)) == [401] * 4
    assert _who(deployment, token) == [200] * 4
    assert _who(deployment, next_token) == [401] * 4

    with serving(always(answer(json.dumps(new).encode())), listener=listening_on(deployment.issuer)):
        _emptied(deployment)
        assert _who(deployment, next_token) == [200] * 4
        assert _who(deployment, signed(claims(), headers={"kid": "RS256-3"})) == [401] * 4


def _emptied(deployment: Deployment) -> None:
    """Lose all that Redis holds, as a restart would: counts, keys, messages, and when whom was asked last."""
    with Redis.from_url(deployment.environment["REDIS_URL"]) as server:
        server.flushall()


def _who(deployment: Deployment, token: str) -> list[int]:
    bearer = f"Bearer {token}"
    return [deployment.front.call("GET", "/api/v1/auth/me", Authorization=bearer)[0] for _ in range(4)]


def test_a_receiver_that_was_away_hears_everything_once_however_often_it_is_sent_for(deployment: Deployment) -> None:
    port = free_port()
    token = deployment.front.token(**ADA)
    bearer = f"Bearer {token}"
    wish = {"url": f"http://127.0.0.1:{port}/hook", "events": ["picture.created"]}
    endpoint = deployment.front.post("/api/v1/webhooks", wish, Authorization=bearer)
    uploaded = [_uploaded(deployment.front, seed, token)["id"] for seed in range(50, 54)]
    wait_until(lambda: any(sent["tries"] for sent in _deliveries(deployment, endpoint["id"], bearer)))
    with receiving(port) as receiver, closing(Celery("late", broker=deployment.environment["REDIS_URL"])) as broker:
        for _ in range(20):
            broker.send_task("imagehub.webhooks.tasks.deliver")
        messages = receiver.wait_for(len(uploaded))
        for _ in range(20):
            broker.send_task("imagehub.webhooks.tasks.deliver")
        uploaded.append(_uploaded(deployment.front, 54, token)["id"])
        messages = receiver.wait_for(len(uploaded))

    told = [message.read_with(endpoint["secret"])["data"]["picture"]["id"] for message in messages]
    assert sorted(told) == sorted(uploaded)
    assert set(Counter(message.message_id for message in messages).values()) == {1}
    deployment.front.call("DELETE", f"/api/v1/webhooks/{endpoint['id']}", Authorization=bearer)


def _deliveries(deployment: Deployment, endpoint: str, bearer: str) -> list[dict[str, Any]]:
    status, told = deployment.front.call("GET", f"/api/v1/webhooks/{endpoint}/deliveries", Authorization=bearer)
    assert status == 200, told
    return list(told["items"])


def test_every_change_is_heard_in_order_though_the_connection_is_cut(deployment: Deployment) -> None:
    token = deployment.front.token(**ADA)
    bearer = {"Authorization": f"Bearer {token}"}
    pictures = [_uploaded(deployment.front, seed, token) for seed in (60, 61)]
    with Listener(deployment.front, token, cut_after=CUT_AFTER).running() as listener:
        first = listener.heard[0]
        for number in range(CHANGES):
            picture = pictures[number % 2]
            path = f"/pictures/set-active-picture/{picture['id']}/{picture['userId']}"
            status, told = deployment.front.call("PUT", path, None, **bearer)
            assert status == 200, told
        wait_until(lambda: len(listener.heard) > CHANGES)

    assert listener.wrong == []
    assert listener.cuts >= 1
    assert listener.heard == sorted(set(listener.heard))
    assert listener.heard[0] == first
