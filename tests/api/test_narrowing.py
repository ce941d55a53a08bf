"""The address of a page says what somebody wants to see, and nothing else."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from pytest_django import Settings

from imagehub.api.narrowing import Page, end_of, query, start_of


@dataclass(frozen=True)
class _Wish:
    q: str = ""
    bin: bool = False
    page: int = 1

    def turned(self, page: int) -> str:
        return f"?page={page}"


def test_an_address_says_only_what_is_not_usual() -> None:
    assert query(_Wish()) == ""
    assert query(_Wish("a fox", bin=True, page=2)) == "?q=a+fox&bin=1&page=2"
    assert query(_Wish("a fox", bin=True), but="q") == "?bin=1"


def test_a_page_leads_to_those_beside_it() -> None:
    pages: list[Page[str]] = [Page(_Wish(), [], 3, number, 3) for number in (1, 2, 3)]

    assert [(page.newer, page.older) for page in pages] == [("", "?page=2"), ("?page=1", "?page=3"), ("?page=2", "")]


def test_a_day_is_as_long_as_it_is_where_we_are(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    day = date(2026, 3, 29)  # of 23 hours

    assert start_of(day) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert end_of(day) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert (start_of(None), end_of(None), end_of(date.max)) == (None, None, None)
