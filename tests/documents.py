"""The document of the interface, as the tests read it."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator


@cache
def document() -> dict[str, Any]:
    """Return it as strangers get it: made once in a process, as making it takes longer than most tests."""
    made: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]  # the library has no types
    return made
