"""Rows of any model, made from what its fields ask for: for what is about many kinds of rows at once."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.models.options import Options  # generic for the type checker only

_numbers = count(1)
# What the constraints of a table want beyond its fields.
ALSO: dict[str, Callable[[int], dict[str, object]]] = {
    "generated.Generated": lambda number: {"live_content": f"{number:064x}"},
    "publications.Photo": lambda _number: {"slot": 0, "allowance": 4, "position": 0},
}


def meta(model: type[models.Model]) -> "Options[Any]":
    """Return what Django knows of a model."""
    return model._meta  # noqa: SLF001  # Django's public seam


def row_of(model: type[models.Model], **given: object) -> Any:
    """Keep one row with values nobody else has, and rows of its own behind every key that has to lead somewhere."""
    number = next(_numbers)
    also = ALSO.get(meta(model).label)
    facts = (also(number) if also else {}) | given
    for field in meta(model).concrete_fields:
        if field.name not in facts and not field.primary_key and (_is_wanted(field) or _is_owner(field)):
            facts[field.name] = _value(field, number)
    return model._default_manager.create(**facts)  # noqa: SLF001  # Django's public seam


def _is_wanted(field: "models.Field[Any, Any]") -> bool:
    return not field.has_default() and not field.null and not field.has_db_default()


def _is_owner(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.ForeignKey) and field.name == "owner"


def _value(field: "models.Field[Any, Any]", number: int) -> object:
    if isinstance(field, models.ForeignKey):
        return row_of(field.related_model)
    if field.choices and not field.blank:
        return next(value for value, _name in field.flatchoices if value)
    if isinstance(field, models.GenericIPAddressField):
        return "127.0.0.1"
    if isinstance(field, models.CharField | models.TextField):
        return "" if field.blank else f"x{number}@example.org"[: field.max_length]
    if isinstance(field, models.DateTimeField):
        return timezone.now() + timedelta(days=1)
    return {} if isinstance(field, models.JSONField) else number
