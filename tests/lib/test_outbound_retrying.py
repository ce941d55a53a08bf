"""Reading when a host wants to see us again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from imagehub.lib.outbound.retrying import seconds_asked


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "1.5"}, 0.0),
        ({"retry-after": "١٢"}, 0.0),
        ({"retry-after": "9" * 5000}, 0.0),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "Fri, 99 Foo 10000 99:99:99 +9999"}, 0.0),
        ({"retry-after": "Mon, 01 Jan 2024 00:00:00 +99999999999999"}, 0.0),
        ({"retry-after": "99999999999999999999 Jan 2024 00:00:00"}, 0.0),
        ({"retry-after": "Sat, 01 Jan 2000 00:00:00 GMT"}, 0.0),
        ({"retry-after": "Sat, 01 Jan 2000 00:02:00 GMT", "date": "Sat, 01 Jan 2000 00:00:00 GMT"}, 120.0),
        ({"retry-after": "Saturday, 01-Jan-00 00:02:00 GMT", "date": "Sat Jan  1 00:00:00 2000"}, 120.0),
    ],
)
def test_wishes(headers: dict[str, str], seconds: float) -> None:
    assert seconds_asked(headers) == seconds


def test_a_date_counts_from_now_where_the_host_shows_no_clock() -> None:
    wish = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    assert 590 < seconds_asked({"retry-after": wish}) <= 600
