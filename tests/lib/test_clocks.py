from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from imagehub.lib import clocks

pytestmark = pytest.mark.django_db


def test_the_time_is_now() -> None:
    found = clocks.now()

    assert found.tzinfo is UTC
    assert abs(datetime.now(UTC) - found) < timedelta(seconds=5)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="a database in a file has the clock of its only machine")
def test_a_machine_that_is_late_is_told_the_time_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert connection.vendor == "mysql"
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) - timedelta(minutes=2))

    assert abs(datetime.now(UTC) - clocks.now()) < timedelta(seconds=5)
