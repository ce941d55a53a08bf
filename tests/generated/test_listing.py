"""Lists: pages, filters and search, with exact totals and few queries."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from generated import services
from generated.models import Generated, Status
from tests.generated.conftest import Give

Api = Callable[..., APIClient]
PROMPTS = ["A red fox", "a blue fox at night", "Épée of the fox", "a cat", "日本の狐"]


@pytest.fixture
def library(ada: User, image_of: Give) -> list[Generated]:
    """Five images of ada, a minute apart; the fourth printed, the fifth in the bin."""
    kept = [image_of(ada, prompt, model=f"m{at % 2}") for at, prompt in enumerate(PROMPTS)]
    services.change_status(kept[3].public_id, Status.PRINTED, by=ada)
    services.change_status(kept[4].public_id, Status.DELETED, by=ada)
    for at, generated in enumerate(kept):
        Generated.objects.filter(pk=generated.pk).update(created_at=datetime(2026, 1, 1, 12, at, tzinfo=UTC))
    return kept


def asked(client: APIClient, **query: object) -> tuple[list[str], dict[str, int]]:
    answer = client.get("/api/images", {name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.content
    assert list(answer.json()) == ["success", "data"]
    data: dict[str, Any] = answer.json()["data"]
    return [image["prompt"] for image in data["images"]], data["pagination"]


def test_a_library_is_listed_newest_first_without_the_bin(api: Api, ada: User, library: list[Generated]) -> None:
    prompts, pagination = asked(api(ada))
    assert prompts == PROMPTS[3::-1]
    assert pagination == {"page": 1, "limit": 10, "total": 4, "pages": 1}


@pytest.mark.parametrize(
    ("query", "prompts", "total"),
    [
        ({"page": 1, "limit": 3}, PROMPTS[3:0:-1], 4),
        ({"page": 2, "limit": 3}, PROMPTS[:1], 4),
        ({"page": 3, "limit": 3}, [], 4),
        ({"page": 10**9, "limit": 100}, [], 4),
        ({"sort": "created_at"}, PROMPTS[:4], 4),
        ({"sort": "created_at", "page": 2, "limit": 3}, PROMPTS[3:4], 4),
        ({"status": "generated"}, PROMPTS[2::-1], 3),
        ({"status": "printed"}, PROMPTS[3:4], 1),
        ({"status": "ordered"}, [], 0),
        ({"status": "deleted"}, PROMPTS[4:], 1),
        ({"q": "fox"}, PROMPTS[2::-1], 3),
        ({"q": "FOX, red!"}, PROMPTS[:1], 1),
        ({"q": "epee"}, PROMPTS[2:3], 1),
        ({"q": "fo"}, [], 0),
        ({"q": "fox cat"}, [], 0),
        ({"q": ""}, PROMPTS[3::-1], 4),
        ({"q": "狐", "status": "deleted"}, PROMPTS[4:], 1),
        ({"q": "本の", "status": "deleted"}, PROMPTS[4:], 1),
        ({"model": "m1"}, [PROMPTS[3], PROMPTS[1]], 2),
        ({"model": "m1", "status": "printed", "q": "cat"}, PROMPTS[3:4], 1),
        ({"model": "M1"}, [], 0),
        ({"created_after": "2026-01-01T12:01:00Z"}, PROMPTS[3:0:-1], 3),
        ({"created_before": "2026-01-01T12:01:00Z"}, PROMPTS[:1], 1),
        ({"created_after": "2026-01-01T13:01:00+01:00", "created_before": "2026-01-01T12:03:00Z"}, PROMPTS[2:0:-1], 2),
        ({"created_after": "2026-01-02"}, [], 0),
        ({"created_before": "2026-01-01"}, [], 0),
        ({"created_after": "2026-01-01T12:03:00Z", "created_before": "2026-01-01T12:01:00Z"}, [], 0),
    ],
    ids=str,
)
def test_what_is_asked_for_is_found(
    api: Api, ada: User, library: list[Generated], query: dict[str, object], prompts: list[str], total: int
) -> None:
    found, pagination = asked(api(ada), **query)
    assert found == prompts
    limit = int(str(query.get("limit", 10)))
    assert (pagination["total"], pagination["pages"]) == (total, -(-total // limit))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("page", value) for value in ("0", "-1", "abc", "1.5", "1000000001", "9" * 30)],
        *[("limit", value) for value in ("0", "-1", "101", "1000000000", "abc")],
        *[("status", value) for value in ("$ne", "Printed", "printed,ordered", "live")],
        *[("sort", value) for value in ("prompt", "-id", "created_at,id")],
        *[("created_after", value) for value in ("yesterday", "2026-13-01", "0")],
        ("created_before", "2026-01-01T25:00:00Z"),
        ("q", "a b c d e f g h i j k l m"),
        ("q", "x" * 201),
        ("q", "!?"),
        ("q", "\0"),
        ("model", "m" * 201),
    ],
)
def test_nonsense_is_refused(api: Api, ada: User, name: str, value: str) -> None:
    answer = api(ada).get("/api/images", {name: value})
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (400, "VALIDATION_ERROR", False)
    assert list(answer.json()["details"]) == [name]


def test_unknown_parameters_are_ignored(api: Api, ada: User, library: list[Generated]) -> None:
    assert asked(api(ada), **{"status[]": "deleted", "status[$ne]": "x", "user": "x"})[1]["total"] == 4


def test_libraries_are_apart(api: Api, ada: User, bea: User, staff: User, library: list[Generated]) -> None:
    assert asked(api(bea)) == ([], {"page": 1, "limit": 10, "total": 0, "pages": 0})
    assert asked(api(staff))[1]["total"] == 0
    assert asked(api(staff), user_id=ada.public_id)[1]["total"] == 4


def test_a_list_costs_the_same_for_any_length(
    api: Api, ada: User, library: list[Generated], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(ada)
    with django_assert_num_queries(3):  # who asks, which numbers, their rows
        asked(client, q="fox", status="generated", model="m0")
    with django_assert_num_queries(3):
        asked(client, limit=1)


def test_times_follow_numbers_even_when_the_clock_goes_back(ada: User, image_of: Give) -> None:
    first = image_of(ada, "first")
    ahead = first.created_at + timedelta(hours=1)
    Generated.objects.update(created_at=ahead)
    assert image_of(ada, "second").created_at == ahead
