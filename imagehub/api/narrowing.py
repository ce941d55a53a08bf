"""Parts of a list, as the addresses of its page say them."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from django.utils import timezone

if TYPE_CHECKING:
    from _typeshed import DataclassInstance  # a name for the type checker only

T = TypeVar("T")


class Turning(Protocol):
    """What somebody wants to see, page by page."""

    def turned(self, page: int) -> str:
        """Return the end of the address of another page."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list and where in the whole it lies."""

    wish: Turning
    tiles: list[T]
    total: int
    number: int
    pages: int

    @property
    def newer(self) -> str:
        """Address of the page before, if there is one."""
        return self.wish.turned(self.number - 1) if self.number > 1 else ""

    @property
    def older(self) -> str:
        """Address of the page after, if there is one."""
        return self.wish.turned(self.number + 1) if self.number < self.pages else ""


def query(wish: "DataclassInstance", but: str = "") -> str:
    """Return the end of the address that says how a wish differs from none, but for one thing."""
    values = {one.name: getattr(wish, one.name) for one in fields(wish) if one.name != but}
    told = {name: value for name, value in values.items() if value != getattr(type(wish), name)}
    return f"?{urlencode({name: 1 if value is True else value for name, value in told.items()})}" if told else ""


def start_of(day: date | None) -> datetime | None:
    """Return the moment at which a day begins where we are."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def end_of(day: date | None) -> datetime | None:
    """Return the moment at which a day is over; the last of all never is."""
    return start_of(day + timedelta(days=1)) if day and day < date.max else None
