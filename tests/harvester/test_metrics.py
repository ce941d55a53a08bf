"""Prometheus is told what the database has counted; no label can grow without bound."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from harvester import counting
from harvester.models import Job, Status, Step, StepState, Tally
from imagehub.webhooks.models import Result
from imagehub.webhooks.models import Tally as Told
from tests.harvester.asking import HOTELS, keyed, upload
from tests.harvester.collected import document, harvest, picture
from tests.rows import row_of

ClientOf = Callable[..., APIClient]
METRICS = "/api/v1/metrics"
Values = dict[str, dict[tuple[str, ...], float]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(staff: User) -> APIClient:
    return keyed(staff)


def read(client: APIClient) -> Values:
    """Return the value of each sample by its name and the values of its labels."""
    found: Values = {}
    for family in text_string_to_metric_families(client.get(METRICS).content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_the_text_is_prometheus(client: APIClient) -> None:
    for accept in ("text/plain", "application/openmetrics-text;version=1.0.0", "*/*"):
        answer = client.get(METRICS, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            200,
            "text/plain; version=0.0.4; charset=utf-8",
        )
    lines = answer.content.decode().split("\n")
    assert lines[-1] == ""
    names = {re.split(r"[{ ]", line)[0] for line in lines if line and not line.startswith("#")}
    assert all(re.fullmatch(r"imagehub_[a-z_]+", name) for name in names)
    for kind in ("HELP", "TYPE"):
        assert f"# {kind} imagehub_harvest_images_total " in "\n".join(lines)


def test_an_empty_installation_says_nought(client: APIClient) -> None:
    found = read(client)
    assert found["imagehub_harvest_images_total"] == {
        ("downloaded",): 0,
        ("unchanged",): 0,
        ("failed",): 0,
        ("skipped",): 0,
    }
    assert found["imagehub_harvest_jobs"] == {(status.value,): 0 for status in Status}
    assert found["imagehub_harvest_queue_steps"] == {(): 0}
    assert found["imagehub_harvest_visit_seconds_count"] == {(): 0}


def test_visits_are_counted_by_result_reason_and_duration(client: APIClient) -> None:
    Tally.objects.bulk_create(
        Tally(name=name, label=label, count=count, total=total)
        for name, label, count, total in [
            ("images", "downloaded", 5, 5000.0),
            ("images", "failed", 2, 0.0),
            ("reasons", "not_found", 2, 0.0),
            ("seconds", "0.1", 4, 0.2),
            ("seconds", "2.5", 2, 3.0),
            ("seconds", "+Inf", 1, 31.0),
        ]
    )
    found = read(client)
    assert found["imagehub_harvest_images_total"]["downloaded",] == 5
    assert found["imagehub_harvest_bytes_total"] == {(): 5000}
    assert found["imagehub_harvest_refusals_total"] == {("not_found",): 2}
    buckets = found["imagehub_harvest_visit_seconds_bucket"]
    assert (buckets["0.1",], buckets["1",], buckets["2.5",], buckets["30",], buckets["+Inf",]) == (4, 4, 6, 6, 7)
    assert found["imagehub_harvest_visit_seconds_count"] == {(): 7}
    assert found["imagehub_harvest_visit_seconds_sum"] == {(): 34.2}


def test_jobs_and_what_waits_are_counted(client: APIClient) -> None:
    for _ in range(3):
        upload(client, HOTELS)
    first = Job.objects.order_by("pk")[0]
    Job.objects.filter(pk=first.pk).update(status=Status.CANCELLED)
    later = timezone.now() + timedelta(minutes=1)
    leased = Step.objects.exclude(job=first).order_by("pk")[0]
    Step.objects.filter(pk=leased.pk).update(state=StepState.LEASED, leased_until=later)
    found = read(client)
    assert found["imagehub_harvest_jobs"]["pending",] == 2
    assert found["imagehub_harvest_jobs"]["cancelled",] == 1
    assert found["imagehub_harvest_queue_steps"] == {(): 1}


def test_the_use_of_the_storage_is_told(client: APIClient) -> None:
    hotel = document()
    one = harvest(hotel, picture())
    twin = harvest(hotel, picture("crimson"), number=2)
    type(twin).objects.filter(pk=twin.pk).update(key=one.key, size=one.size)
    client.get(f"/api/v1/images/shop/hotels/{hotel.folder}/processed/thumbnail/img_001.webp")
    found = read(client)
    assert found["imagehub_storage_objects"] == {
        ("images",): 0,
        ("renditions",): 0,
        ("harvested",): 1,
        ("processed",): 1,
    }
    assert found["imagehub_storage_bytes"]["harvested",] == one.size
    assert found["imagehub_storage_free_bytes"][()] > 0


def test_what_came_of_webhooks_is_told(client: APIClient) -> None:
    assert read(client)["imagehub_webhook_deliveries_total"] == {("delivered",): 0, ("retried",): 0, ("failed",): 0}
    Told.objects.add(Result.RETRIED)
    Told.objects.add(Result.RETRIED, 2)
    Told.objects.add(Result.FAILED, 0)
    found = read(client)["imagehub_webhook_deliveries_total"]
    assert found == {("delivered",): 0, ("retried",): 3, ("failed",): 0}


@pytest.mark.parametrize(
    ("allowed", "address", "status"),
    [
        ("10.0.0.0/8", "10.1.2.3", 200),
        ("10.0.0.0/8", "11.1.2.3", 401),
        ("10.0.0.0/8,fd00::/8", "fd00::1", 200),
        ("10.0.0.0/8", "::ffff:11.0.0.1", 401),
        ("10.0.0.0/8", "odd", 401),
        ("", "127.0.0.1", 401),
    ],
)
def test_some_addresses_need_no_key(
    api: ClientOf, settings: Settings, monkeypatch: pytest.MonkeyPatch, allowed: str, address: str, status: int
) -> None:
    from imagehub.lib import env

    monkeypatch.setenv("METRICS_ALLOW", allowed)
    settings.METRICS_ALLOW = env.networks("METRICS_ALLOW")
    assert api().get(METRICS, REMOTE_ADDR=address).status_code == status


def test_a_forged_address_opens_nothing(api: ClientOf, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from imagehub.lib import env

    monkeypatch.setenv("METRICS_ALLOW", "10.0.0.1")
    settings.METRICS_ALLOW = env.networks("METRICS_ALLOW")
    assert api().get(METRICS, headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 401


def test_the_cost_does_not_grow(
    client: APIClient, settings: Settings, django_assert_num_queries: Callable[[int], Any]
) -> None:
    client.get(METRICS)
    upload(client, HOTELS)
    # The key, tallies, the newest job, jobs, the queue, webhooks, and the clock of a server; the storage was added up
    # a moment ago.
    with django_assert_num_queries(6 if settings.EMBEDDED else 7):
        client.get(METRICS)


def test_jobs_that_are_over_are_not_counted_each_time(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "RANGE_BITS", 2)
    monkeypatch.setattr(counting, "YOUNG", 2)
    jobs = [row_of(Job, status=Status.FAILED if number % 4 else Status.COMPLETED) for number in range(20)]
    row_of(Job, status=Status.RUNNING)
    counted = {("pending",): 0, ("running",): 1, ("completed",): 5, ("failed",): 15, ("cancelled",): 0}
    assert read(client)["imagehub_harvest_jobs"] == counted
    Job.objects.filter(pk=jobs[0].pk).delete()  # which nobody does, and which shows what is read again
    row_of(Job, status=Status.CANCELLED)
    assert read(client)["imagehub_harvest_jobs"] == counted | {("cancelled",): 1}


def test_the_dashboard_shows_nothing_but_what_is_told(client: APIClient) -> None:
    dashboard = json.loads(Path("deploy/grafana/imagehub.json").read_text(encoding="utf-8"))
    shown = {name for panel in dashboard["panels"] for name in re.findall(r"imagehub_\w+", json.dumps(panel))}
    Tally.objects.create(name="reasons", label="not_found", count=1)
    assert shown - set(read(client)) == set()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"]) == 12
