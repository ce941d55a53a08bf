"""The scheme and host under which callers see us, for absolute addresses in answers and news."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

_current: ContextVar[str | Callable[[], str]] = ContextVar("origin", default="")


@contextmanager
def seen_as(origin: str | Callable[[], str]) -> Iterator[None]:
    """Use `origin` (`https://host[:port]`), or what it returns, for absolute addresses within the block."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)


def absolute(path: str) -> str:
    """Return the address of a path: PUBLIC_URL when configured, else the host of the request under way."""
    return f"{current()}{path}"


def current() -> str:
    """Return what absolute addresses begin with at the moment; nothing outside of any request."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    origin = _current.get()
    return origin if isinstance(origin, str) else origin()
