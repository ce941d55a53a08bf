"""Writing many rows at once, where composing the SQL would cost more than the database needs for it.

One short statement is composed and executed for each row. Values are converted as Django does it; nobody is told
of the change: no `save`, no defaults, no signals.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Field, JSONField, Model

Changes: TypeAlias = Mapping[str, object]
_PLAIN = {str, int, float, type(None)}


def update(model: type[Model], changes: Mapping[int, Changes]) -> None:
    """Set columns of rows by primary key, within the caller's transaction."""
    alike: dict[tuple[str, ...], list[tuple[int, Changes]]] = defaultdict(list)
    for pk, values in changes.items():
        alike[tuple(values)].append((pk, values))
    for names, found in alike.items():
        fields = [_field(model, name) for name in names]
        columns = ", ".join(f"{_quoted(str(field.column))} = %s" for field in fields)
        sql = f"UPDATE {_table(model)} SET {columns} WHERE {_quoted('id')} = %s"  # noqa: S608  # names of our own models
        prepared = _prepared(fields, [values.values() for _pk, values in found])
        _execute(sql, list(zip(*prepared, [pk for pk, _values in found], strict=True)))


def insert(example: Model, names: Sequence[str], rows: Collection[Sequence[object]]) -> None:
    """Add rows that are like an example in everything but these columns, within the caller's transaction."""
    if not rows:
        return
    model = type(example)
    fields = [_field(model, name) for name in names]
    others = [field for field in model._meta.concrete_fields if field not in fields and not field.primary_key]  # noqa: SLF001  # Django's documented API
    same = [_converted(field, getattr(example, field.attname)) for field in others]
    columns = ", ".join(_quoted(str(field.column)) for field in [*fields, *others])
    places = ", ".join("%s" for _ in [*fields, *others])
    sql = f"INSERT INTO {_table(model)} ({columns}) VALUES ({places})"  # noqa: S608  # likewise
    _execute(sql, [[*row, *same] for row in zip(*_prepared(fields, rows), strict=True)])


def _execute(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _prepared(fields: Iterable["Field[Any, Any]"], rows: Iterable[Iterable[object]]) -> list[Sequence[Any]]:
    """Return what a database takes for the values of rows, column by column."""
    return [_column(field, values) for field, values in zip(fields, zip(*rows, strict=True), strict=True)]


def _column(field: "Field[Any, Any]", values: Sequence[object]) -> Sequence[Any]:
    if isinstance(field, JSONField):
        return [_converted(field, value) for value in values]
    # Plain values go as they are: asking the field would cost more than all else. Moments are often shared.
    if set(map(type, values)) <= _PLAIN:
        return values
    known = {value: _converted(field, value) for value in set(values)}
    return [known[value] for value in values]


def _converted(field: "Field[Any, Any]", value: object) -> Any:
    return field.get_db_prep_save(value, connection)


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    return model._meta.get_field(name)  # type: ignore[return-value]  # noqa: SLF001  # a column of its own; Django's API


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)  # noqa: SLF001  # likewise


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
