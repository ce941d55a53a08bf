"""Parts of an installation killed under load, and what must still be true, as its clients see it.

With `FAULT_ROUNDS=100` in the environment this is the long form.
"""

import itertools
import os
import random
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from celery import Celery

from tests.deployed.listening import Listener
from tests.deployed.load import Load
from tests.deployed.topology import Deployment
from tests.deployed.waiting import wait_until
from tests.origins import Answer, Origin, origin
from tests.running import Client

pytestmark = [pytest.mark.server, pytest.mark.deployed]

FAULTS = ("pages", "worker", "harvester", "sockets", "clock", "redis", "database")
ROUNDS = int(os.environ.get("FAULT_ROUNDS", str(len(FAULTS))))
DOCUMENTS = 40
PATIENCE = 90.0  # seconds
SERVICE = {"X_API_Key": "a-service-key-" + "x" * 32}


@pytest.fixture
def site() -> Iterator[Origin]:
    with origin() as running:
        running.remove("/robots.txt")
        running.delay = 0.05
        yield running


def test_whatever_is_killed_under_load_nothing_acknowledged_is_lost(deployment: Deployment, site: Origin) -> None:
    load = Load(deployment.front, writers=3)
    with Listener(deployment.front, load.token, cut_after=1.0).running() as listener:
        first = listener.heard[0]
        with load.running():
            job = _harvest(deployment.front, site)
            for kind in _faults():
                time.sleep(random.uniform(0.1, 0.6))  # noqa: S311  # any moment of their work, and no secret
                random.choice(deployment.of(kind)).restart()  # noqa: S311  # likewise
            ended = _ended(deployment.front, job)
        told = _polled(deployment.front, load.token, first)
        wait_until(lambda: listener.heard[-1] >= told[-1])

    assert load.wrong == []
    kept = {picture["id"]: picture for picture in load.kept()}
    assert {picture["id"] for picture in load.acknowledged.values()} <= set(kept)
    assert len(kept) == len({picture["id"] for picture in load.acknowledged.values()}) == len(load.acknowledged)
    assert [picture["isActive"] for picture in kept.values()].count(True) == 1
    assert all(load.size_of(picture) == picture["size"] for picture in kept.values())
    assert listener.wrong == []
    assert listener.heard[1:] == told
    assert len(told) >= len(kept)
    assert (ended["status"], ended["images"]["downloaded"], ended["images"]["failed"]) == ("completed", DOCUMENTS, 0)
    deployment.manage("doctor", "--repair", "--min-age", "0")
    assert deployment.manage("doctor", "--min-age", "0")[0] == 0


def test_tasks_that_come_often_or_late_do_their_work_once(deployment: Deployment, site: Origin) -> None:
    with closing(Celery("late", broker=deployment.environment["REDIS_URL"])) as broker:
        job = _harvest(deployment.front, site)
        _send(broker, times=20)
        ended = _ended(deployment.front, job)
        fetched = site.all_complete()
        _send(broker, times=20)
        later = _harvest(deployment.front, site)  # behind which all of them have been taken up
        assert _ended(deployment.front, later)["status"] == "completed"

    assert (ended["status"], ended["images"]["downloaded"], ended["images"]["failed"]) == ("completed", DOCUMENTS, 0)
    assert [fetched[f"/{number}.jpg"] for number in range(DOCUMENTS)] == [1] * DOCUMENTS
    assert _ended(deployment.front, job) == ended


def _send(broker: Celery, *, times: int) -> None:
    for _ in range(times):
        broker.send_task("harvester.tasks.work", queue="harvest")
        broker.send_task("harvester.tasks.sweep")
        broker.send_task("imagehub.images.tasks.reap")


def test_pages_are_replaced_one_by_one_and_no_client_notices(deployment: Deployment) -> None:
    with Load(deployment.front, writers=3).running() as load:
        for part in deployment.of("pages"):
            assert part.stop() == 0
            part.start()

    assert (load.wrong, dict(load.repeated)) == ([], {})
    assert len(load.acknowledged) > len(deployment.of("pages"))


def test_limits_hold_across_processes(deployment: Deployment) -> None:
    """A hundred requests about images a minute, whichever process they reach."""
    name = {"username": "grace", "password": "a-Long-phrase-8"}
    deployment.front.post("/api/v1/auth/register", {**name, "email": "grace@example.org"})
    bearer = f"Bearer {deployment.front.token(**name)}"
    _begin_of_a_minute()

    doors = itertools.cycle(deployment.pages)
    answers = [next(doors).call("GET", "/api/images", Authorization=bearer)[0] for _ in range(104)]

    assert answers == [200] * 100 + [429] * 4


def _faults() -> Iterator[str]:
    return itertools.islice(itertools.cycle(random.sample(FAULTS, len(FAULTS))), ROUNDS)


def _harvest(client: Client, site: Origin) -> str:
    documents = [{"_id": number, "images": [site.url(f"/{number}.jpg")]} for number in range(DOCUMENTS)]
    site.answer("/list.json", Answer(body=orjson.dumps(documents)))
    query = urlencode({"api_url": site.url("/list.json"), "collection_name": f"listed-{time.monotonic_ns()}"})
    return str(client.post(f"/api/v1/download/from-api-url?{query}", {}, **SERVICE)["id"])


def _ended(client: Client, job: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while True:
        status, answer = client.call("GET", f"/api/v1/jobs/{job}", None, **SERVICE)
        if status == 200 and answer["status"] not in {"pending", "running"}:
            return dict(answer)
        assert time.monotonic() < deadline, answer
        time.sleep(0.2)  # as clients without a socket ask


def _polled(client: Client, token: str, after: int) -> list[int]:
    """Return the numbers of all news of a user after one, as those hear who ask for them."""
    found: list[int] = []
    while True:
        path = f"/api/v1/events?after={found[-1] if found else after}&limit=200"
        status, answer = client.call("GET", path, Authorization=f"Bearer {token}")
        assert status == 200, answer
        if not answer["events"]:
            return found
        found += [event["id"] for event in answer["events"]]


def _begin_of_a_minute() -> None:
    """Wait until enough is left of the window in which requests are counted."""
    left = 60 - time.time() % 60
    if left < 15:
        time.sleep(left + 0.1)  # the clock has no event
