"""Workers killed in the middle of a harvest, and what must still be true."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from django.conf import settings as product
from django.db import connection

from harvester.models import Harvested, Item, Job, StepState
from harvester.services import claiming
from imagehub.events.models import Event
from imagehub.images import storage
from tests.harvester.harvesting import HOME, asked, fresh, metadata
from tests.origins import Origin, origin, picture
from tests.running import plain_environment

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENTS, EACH = 24, 3
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "2"))
PATHS = [f"/crash-{number}.png" for number in range(DOCUMENTS * EACH)]


def database_url() -> str:
    """Return the address of the database under test."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    return f"mysql://{place['USER']}@{quote(place['HOST'], safe='')}/{place['NAME']}"


@contextmanager
def worker(site: Origin) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker of its own process, and leave none behind."""
    environment = plain_environment() | {
        "DJANGO_SETTINGS_MODULE": "imagehub.settings",
        "DATA_DIR": str(product.DATA_DIR),
        "DATABASE_URL": database_url(),
        "SECRET_KEY": product.SECRET_KEY,
        "REDIS_URL": product.REDIS_URL,
        "OUTBOUND_ALLOW": f"{site.host}:{site.port}",
        "RETRY_DELAY": "0",
        # What is held must not keep what is not.
        "MAX_CONCURRENT_DOWNLOADS": "100",
        "MAX_CONNECTIONS_PER_HOST": "100",
    }
    command = [sys.executable, "-m", "tests.harvester.working"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == b"ready\n"
            yield process
        finally:
            process.kill()


def test_however_often_a_worker_is_killed_everything_is_fetched_and_told_once() -> None:
    with origin() as site:
        site.remove("/robots.txt")
        job = asked({str(d): [site.url(path) for path in PATHS[d * EACH : d * EACH + EACH]] for d in range(DOCUMENTS)})
        share = len(PATHS) // (ROUNDS + 1)
        progress = [0]
        for number in range(ROUNDS):
            kill_in_the_middle(site, job, PATHS[(number + 1) * share :], share // 2)
            progress.append(fresh(job).downloaded)
        recorded = {url: site.complete(path(url)) for url in recorded_of(job)}
        with worker(site) as process:
            assert process.wait(120) == 0

        assert {url: site.complete(path(url)) for url in recorded} == recorded
        assert max(site.all_complete().values()) <= ROUNDS + 1
        assert progress == sorted(progress)
    job = fresh(job)
    assert (job.status, job.downloaded, job.failed) == ("completed", len(PATHS), 0)
    assert (job.processed_items, job.total_items, job.steps_left) == (DOCUMENTS, DOCUMENTS, 0)
    assert set(job.steps.values_list("state", flat=True)) == {StepState.DONE}
    assert Event.objects.filter(kind="job.completed").count() == 1
    for item in Item.objects.filter(job=job):
        assert [result["outcome"] for result in item.results] == ["downloaded"] * EACH
        told = metadata(item.document_id)["images"]["original"]  # type: ignore[index]  # JSON
        assert [image["url"] for image in told] == item.urls
    assert_whole()


def test_two_workers_share_a_harvest_without_fetching_anything_twice() -> None:
    with origin() as site:
        site.remove("/robots.txt")
        site.delay = 0.05
        job = asked({str(number): [site.url(PATHS[number])] for number in range(len(PATHS))})
        with worker(site) as one, worker(site) as other:
            assert (one.wait(120), other.wait(120)) == (0, 0)
        assert set(site.all_complete().values()) == {1}
    job = fresh(job)
    assert (job.status, job.downloaded, job.processed_items, job.steps_left) == ("completed", *[len(PATHS)] * 2, 0)
    assert Event.objects.filter(kind="job.completed").count() == 1
    assert_whole()


def kill_in_the_middle(site: Origin, job: Job, held: list[str], wanted: int) -> None:
    """Start a worker, and kill it with some answers given and others on the wire."""
    site.hold(*held)
    before = sum(site.all_complete().values())
    with worker(site) as process:
        site.await_complete(before + wanted)
        process.send_signal(signal.SIGKILL)
        process.wait()
    site.release()
    claiming.release_all()  # as a process does at its start that knows itself to be the only one
    assert fresh(job).status == "running"


def recorded_of(job: Job) -> list[str]:
    return list(Harvested.objects.filter(job=job).exclude(outcome="").values_list("url", flat=True))


def path(url: str) -> str:
    return "/" + url.rpartition("/")[2]


def assert_whole() -> None:
    """Every file that is recorded is there, with its bytes, and no other."""
    rows = dict(Harvested.objects.values_list("key", "url"))
    assert {key: storage.read(key) for key in rows} == {key: picture(path(url)) for key, url in rows.items()}
    found = {found.key for found in storage.walk(f"{HOME}/") if not found.key.endswith("metadata.json")}
    assert found == set(rows)
