"""The scheme and host under which callers see us, for absolute addresses in answers and news."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

_current: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def seen_as(origin: str) -> Iterator[None]:
    """Use `origin` (`https://host[:port]`) for absolute addresses within the block."""
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
    return settings.PUBLIC_URL or _current.get()
