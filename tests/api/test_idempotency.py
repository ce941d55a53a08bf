"""A request with an idempotency key happens once, however often it is sent."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from imagehub.api.models import Answer
from imagehub.api.tasks import forget
from imagehub.events.models import Counter
from tests.api import urls
from tests.crowds import at_once

ClientOf = Callable[..., APIClient]


def create(client: APIClient, body: dict[str, Any], key: str | None, path: str = "/api/creating", **extra: Any) -> Any:
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    return client.post(path, body, **{"format": "json", **headers, **extra})


@pytest.mark.django_db
def test_without_a_key_every_request_creates(api: ClientOf) -> None:
    assert [create(api(), {"name": "a"}, None).json()["made"] for _ in range(2)] == [1, 2]
    assert not Answer.objects.exists()


@pytest.mark.django_db
def test_the_first_answer_is_repeated(api: ClientOf) -> None:
    first, second = (create(api(), {"name": "a"}, "k") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json() == {"made": 1, "name": "a"}
    assert second.headers["Location"] == first.headers["Location"] == "/made/1"
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Counter.objects.count() == 1


@pytest.mark.django_db
def test_the_quoted_form_is_the_same_key(api: ClientOf) -> None:
    create(api(), {"name": "a"}, '"k"')
    assert create(api(), {"name": "a"}, "k").headers["Idempotency-Replayed"] == "true"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"body": {"name": "b"}}, {"body": {"name": "a", "more": 1}}, {"body": {}}],
)
def test_another_body_is_a_conflict(api: ClientOf, change: dict[str, Any]) -> None:
    create(api(), {"name": "a"}, "k")
    answer = create(api(), change["body"], "k")
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert Counter.objects.count() == 1


@pytest.mark.django_db
def test_keys_belong_to_a_caller_and_a_route(api: ClientOf, ada: Any, bea: Any) -> None:
    made = [
        create(api(ada), {"name": "a"}, "k").json()["made"],
        create(api(bea), {"name": "a"}, "k").json()["made"],
        create(api(), {"name": "a"}, "k").json()["made"],
        create(api(ada), {"name": "a"}, "k", path="/api/creating/other").json()["made"],
        create(api(ada), {"name": "a"}, "other").json()["made"],
    ]
    assert made == [1, 2, 3, 4, 5]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", '""', "a b", "é", "x" * 256, "a\x7f", '"'])
def test_a_bad_key_is_refused(api: ClientOf, key: str) -> None:
    answer = create(api(), {"name": "a"}, key)
    if key == '"':  # one visible character
        assert answer.status_code == 201
        return
    assert answer.status_code == 400
    assert list(answer.json()["details"]) == ["Idempotency-Key"]
    assert not Counter.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "status"), [("refused", 403), ("late", 403), ("returned", 409)])
def test_a_refusal_is_not_kept(api: ClientOf, name: str, status: int) -> None:
    assert create(api(), {"name": name}, "k").status_code == status
    assert not Answer.objects.exists()
    assert create(api(), {"name": "a"}, "k").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["refused", "late"])
def test_a_refusal_leaves_no_trace(api: ClientOf, name: str) -> None:
    create(api(), {"name": name}, "k")
    assert not Counter.objects.exists()


@pytest.mark.django_db
def test_a_file_is_known_by_its_bytes_not_by_its_boundary(api: ClientOf) -> None:
    def upload(content: bytes, name: str = "a.jpg") -> Any:
        body = {"name": "a", "file": SimpleUploadedFile(name, content, "image/jpeg")}
        return create(api(), body, "k", format="multipart")

    upload(b"one")
    assert upload(b"one").headers["Idempotency-Replayed"] == "true"
    assert upload(b"two").status_code == 409


@pytest.mark.django_db
def test_kept_answers_are_forgotten_after_a_day(api: ClientOf) -> None:
    create(api(), {"name": "a"}, "old")
    Answer.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    create(api(), {"name": "a"}, "new")
    forget()
    assert Answer.objects.count() == 1
    assert create(api(), {"name": "a"}, "old").json()["made"] == 3
    assert create(api(), {"name": "a"}, "new").headers["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_parallel_twins_have_one_effect_and_one_answer(api: ClientOf) -> None:
    start = threading.Barrier(6)

    def send(_: int) -> Any:
        start.wait()
        try:
            return create(api(), {"name": "a"}, "k")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.content for answer in answers} == {b'{"made":1,"name":"a"}'}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 5
    assert Counter.objects.count() == 1
    assert Answer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["a", "early"])
def test_whoever_is_overtaken_by_a_twin_repeats_its_answer_even_where_it_would_be_refused(
    api: ClientOf, name: str
) -> None:
    """Whatever comes before the first write is done by both: what a twin has done there may be why one is refused."""
    twins: list[Any] = []
    urls.MEANWHILE.append(lambda: twins.extend(at_once([lambda: create(api(), {"name": name}, "k")])))
    slower = create(api(), {"name": name}, "k")
    assert [(twin.status_code, twin.content) for twin in twins] == [(201, slower.content)]
    assert (slower.status_code, slower.headers["Idempotency-Replayed"]) == (201, "true")
    assert (Counter.objects.count(), Answer.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_whoever_is_overtaken_by_another_question_with_its_key_is_told_of_the_conflict(api: ClientOf) -> None:
    urls.MEANWHILE.append(lambda: at_once([lambda: create(api(), {"name": "b"}, "k")]))
    assert create(api(), {"name": "a"}, "k").json()["code"] == "IDEMPOTENCY_CONFLICT"
    assert (Counter.objects.count(), Answer.objects.count()) == (1, 1)
