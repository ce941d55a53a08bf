"""JSON in, strictly: what two parsers could read differently is refused."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from imagehub.lib.errors import FileTooLarge

DEEPEST = 64  # levels of lists and objects
MOST = 50_000  # commas, and so members of lists and objects: each costs far more to build than to send


class JsonParser(BaseParser):
    """Reads JSON of bounded size and depth, without NaN, infinities, lone surrogates or duplicate names."""

    media_type = "application/json"
    largest = 1024 * 1024  # bytes; a view that takes pictures inside JSON uses a subclass with more

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002  # DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002  # likewise
    ) -> Any:
        """Return the value in the body of a request."""
        body = stream.read(self.largest + 1)
        if len(body) > self.largest:
            raise FileTooLarge
        return strict(body)


def strict(body: bytes) -> Any:
    """Return the value of a JSON text that means the same to every parser."""
    if body.count(b",") > MOST:
        raise ParseError
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ParseError from None
    if _is_deeper(value, DEEPEST):
        raise ParseError
    _refuse_duplicates(body)
    return value


def _is_deeper(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [child for parent in layer for child in _children(parent)]
        if not layer:
            return False
    return True


def _children(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [member for member in members if isinstance(member, dict | list)]


def _refuse_duplicates(body: bytes) -> None:
    try:
        json.loads(body, object_pairs_hook=_unique, parse_constant=_constant)
    except ValueError:  # also a whole number of more digits than Python reads
        raise ParseError from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ParseError
    return names


def _constant(_name: str) -> NoReturn:
    raise ParseError
