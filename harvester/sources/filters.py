"""Which questions a batch may put to the source: a few operators, in a bounded form.

Whoever holds a key may write a filter, so nothing that runs code, compares fields or searches without an end is let
through.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId
from django.utils.translation import gettext_lazy as _

from harvester.sources import patterns
from imagehub.lib.errors import Invalid

_HELP = _(
    "A filter is small and flat, its operators are %(operators)s, and a pattern repeats without an end only as .* in "
    "front, at its very end, or once after ^."
)
_OPERATORS = {
    *("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$and", "$or", "$nor", "$not"),
    *("$exists", "$type", "$regex", "$options", "$elemMatch", "$size", "$all"),
}
DEEPEST = 10
MOST_PARTS = 1000  # names and values, altogether
LONGEST_TEXT = 1000  # characters of a name or value
_HIGHEST_TYPE = 127
_TYPE = re.compile(r"[A-Za-z]{1,20}")


def judge(query: Mapping[str, Any]) -> None:
    """Refuse a filter with an operator or of a size that is not answered here."""
    if not isinstance(query, Mapping) or not _Judge().is_query(query, 0):
        raise Invalid(details={"filter": [_HELP % {"operators": " ".join(sorted(_OPERATORS))}]})


def compiled(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a judged filter as the driver takes it: ids and times in the source's own types."""
    return {name: _native(value) for name, value in query.items()}


class _Judge:
    """Goes through a filter once, counting."""

    def __init__(self) -> None:
        self._parts = 0
        self._operators: dict[str, Callable[[Any, int], bool]] = {
            **dict.fromkeys(("$eq", "$ne", "$gt", "$gte", "$lt", "$lte"), self.is_value),
            **dict.fromkeys(("$in", "$nin", "$all"), self._is_list),
            "$not": self._is_negated,
            "$exists": lambda value, _depth: isinstance(value, int) and 0 <= value <= 1,
            "$type": _is_type,
            "$regex": _is_string,
            "$options": _is_string,
            "$elemMatch": self._is_match,
            "$size": lambda value, _depth: type(value) is int and 0 <= value < 2**31,
        }

    def is_query(self, query: Any, depth: int) -> bool:
        """Tell whether this is a condition on documents."""
        return self._is_small(query, depth) and all(
            self._are_queries(value, depth + 1)
            if name in {"$and", "$or", "$nor"}
            else _is_path(name) and self._is_condition(value, depth + 1)
            for name, value in query.items()
        )

    def is_value(self, value: Any, depth: int) -> bool:
        """Tell whether this is something to compare with, that the source can hold."""
        if isinstance(value, Mapping):
            return _is_typed(value) or (
                self._is_small(value, depth)
                and all(_is_name(name) and self.is_value(inner, depth + 1) for name, inner in value.items())
            )
        if isinstance(value, list):
            return self._is_list(value, depth)
        return self._counts(1) and _is_scalar(value)

    def _is_condition(self, value: Any, depth: int) -> bool:
        if not isinstance(value, Mapping) or not any(str(name).startswith("$") for name in value) or _is_typed(value):
            return self.is_value(value, depth)
        return (
            self._is_small(value, depth)
            and all(name in self._operators and self._operators[name](part, depth + 1) for name, part in value.items())
            and ("$regex" not in value or patterns.is_bounded(value["$regex"], value.get("$options", "")))
        )

    def _is_negated(self, value: Any, depth: int) -> bool:
        return isinstance(value, Mapping) and bool(value) and self._is_condition(value, depth)

    def _is_match(self, value: Any, depth: int) -> bool:
        if not isinstance(value, Mapping):
            return False
        has_operators = any(name in self._operators for name in value)
        return self._is_condition(value, depth) if has_operators else self.is_query(value, depth)

    def _are_queries(self, value: Any, depth: int) -> bool:
        return isinstance(value, list) and bool(value) and all(self.is_query(part, depth + 1) for part in value)

    def _is_list(self, value: Any, depth: int) -> bool:
        return isinstance(value, list) and depth < DEEPEST and all(self.is_value(part, depth + 1) for part in value)

    def _is_small(self, value: Any, depth: int) -> bool:
        return isinstance(value, Mapping) and depth < DEEPEST and self._counts(len(value))

    def _counts(self, parts: int) -> bool:
        self._parts += parts
        return self._parts <= MOST_PARTS


def _is_path(name: object) -> bool:
    return isinstance(name, str) and all(map(_is_name, name.split(".")))


def _is_name(name: object) -> bool:
    return _is_text(name) and name != "" and not str(name).startswith("$")


def _is_text(value: object) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_string(value: object, _depth: int) -> bool:
    return _is_text(value)


def _is_scalar(value: object) -> bool:
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return math.isfinite(value) if isinstance(value, float) else _is_text(value)


def _is_typed(value: Mapping[Any, Any]) -> bool:
    return _typed(value) is not None


def _is_type(value: object, _depth: int) -> bool:
    kinds = value if isinstance(value, list) else [value]
    return 0 < len(kinds) <= DEEPEST and all(
        -1 <= kind <= _HIGHEST_TYPE
        if type(kind) is int
        else isinstance(kind, str) and _TYPE.fullmatch(kind) is not None
        for kind in kinds
    )


def _native(value: Any) -> Any:
    if isinstance(value, list):
        return [_native(part) for part in value]
    if not isinstance(value, Mapping):
        return value
    typed = _typed(value)
    return compiled(value) if typed is None else typed


def _typed(value: Mapping[Any, Any]) -> object | None:
    """Return what `{"$oid": …}` or `{"$date": …}` stands for, or None for anything else."""
    (name, text), *others = [*value.items()] or [("", "")]
    if others or not isinstance(text, str):
        return None
    if name == "$oid" and ObjectId.is_valid(text):
        return ObjectId(text)
    return _moment(text) if name == "$date" else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
