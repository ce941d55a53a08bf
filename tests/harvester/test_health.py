"""Health is said in short words to strangers, with details to keys, and counts as bad only where nothing works."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from harvester import disks, health
from tests.harvester.asking import keyed
from tests.servers import free_port

ClientOf = Callable[..., APIClient]
HEALTH = "/api/v1/health"
PARTS = ("database", "broker", "storage", "source")

pytestmark = pytest.mark.django_db


def words(answer: Any) -> list[str]:
    return [answer.json()[part] for part in PARTS]


@contextmanager
def lost_database() -> Iterator[None]:
    """Let no new connection be made, as to a server that went away."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "/CANARY/nothing"
    try:
        yield
    finally:
        connection.settings_dict["NAME"] = name


def test_a_stranger_hears_short_words(api: ClientOf) -> None:
    answer = api().get(HEALTH)
    told = answer.json()
    assert answer.status_code == 200
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "status": "healthy",
        "service": "imagehub",
        "version": conf.VERSION,
        "environment": "embedded" if conf.EMBEDDED else "production",
        "database": "up",
        "broker": "up" if conf.REDIS_URL else "off",
        "storage": "up",
        "source": "off",
        "details": None,
    }


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == conf.VERSION


def test_a_key_and_staff_hear_more(api: ClientOf, staff: User, ada: User) -> None:
    for client in (keyed(staff), api(staff)):
        details = client.get(HEALTH).json()["details"]
        assert set(details) == set(PARTS)
        assert set(details["database"]) == {"state", "kind", "milliseconds"}
    for client in (api(ada), keyed(staff, "images")):
        answer = client.get(HEALTH)
        assert (answer.status_code, answer.json()["details"]) == (200, None)
    assert APIClient(headers={"X-API-Key": "wrong"}).get(HEALTH).json()["code"] == "INVALID_API_KEY"


def test_without_its_database_the_service_is_not_ready(api: ClientOf) -> None:
    with lost_database():
        answer = api().get(HEALTH)
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (503, "degraded", "down")
    assert b"CANARY" not in answer.content


def test_without_its_storage_the_service_is_not_ready(api: ClientOf, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    place = {"BACKEND": "imagehub.images.storage.LocalStorage", "OPTIONS": {"location": str(tmp_path / "file")}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    answer = api().get(HEALTH)
    assert (answer.status_code, answer.json()["storage"]) == (503, "down")


def test_on_a_full_disk_the_service_serves_on_and_says_so(api: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks, "LEAST", disks.free() * 2)
    answer = api().get(HEALTH)
    assert (answer.status_code, answer.json()["status"], answer.json()["storage"]) == (200, "degraded", "down")


def test_without_broker_and_source_it_serves_on(api: ClientOf, settings: Settings, monkeypatch: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.MONGODB_URI = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200"
    monkeypatch.setattr("harvester.sources.mongo.PATIENCE", 0.2)
    answer = api().get(HEALTH)
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert words(answer) == ["up", "down", "up", "down"]


def test_a_source_that_answers_is_up(api: ClientOf, shop: Any) -> None:
    assert words(api().get(HEALTH))[-1] == "up"


def test_who_asks_often_hears_what_was_found_a_moment_ago(
    api: ClientOf, django_assert_num_queries: Callable[[int], Any]
) -> None:
    first = api().get(HEALTH)
    with django_assert_num_queries(0):
        assert words(api().get(HEALTH)) == words(first)
    assert health.KEPT == 5


def test_it_answers_in_one_form(api: ClientOf) -> None:
    assert api().post(HEALTH).status_code == 405
    assert api().head(HEALTH).status_code == 200
