"""The sign of life: given whatever else is away."""

import pytest
from django.test import Client

pytestmark = pytest.mark.alike


def test_a_process_says_that_it_lives_and_asks_nobody(client: Client) -> None:  # without `db`, a query would fail
    answer = client.get("/api/v1/health/live", headers={"Authorization": "Bearer bad", "X-API-Key": "bad"})

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
