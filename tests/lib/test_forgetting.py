"""What nobody needs any more goes, some at a time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imagehub.api.models import Answer
from imagehub.lib import forgetting
from tests.rows import row_of


@pytest.mark.django_db
def test_all_that_is_asked_for_goes_some_at_a_time_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    now = timezone.now()
    kept = row_of(Answer, created_at=now)
    for hour in (1, 2, 3):
        row_of(Answer, created_at=now - timedelta(hours=hour))

    with CaptureQueriesContext(connection) as asked:
        forgetting.forget(Answer.objects.filter(created_at__lt=now).order_by("created_at"))

    assert len([one for one in asked if one["sql"].startswith("DELETE")]) == 2
    assert list(Answer.objects.all()) == [kept]
