"""Queries that are composed once and executed often.

Composing SQL from a queryset costs Django more than the database needs to answer a small indexed
question. A prepared query is composed on its first use in a process and only executed afterwards.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler


class Prepared:
    """A `values_list` queryset whose filter values are given at each execution, in the order written.

    `compose` returns the queryset for example values: distinct ones, none of them None or empty, so that
    the conditions keep their form, and one to a call of `filter`, which sorts its keywords. Booleans are
    no examples: they stay as they are, whether a database takes them as values (MariaDB does) or as
    conditions. Values are converted as Django does it for the columns read.
    """

    def __init__(self, compose: Callable[[], models.QuerySet[Any, Any]]) -> None:
        self._compose = compose
        self._composed: tuple[SQLCompiler, str, Sequence[object], Any] | None = None

    def rows(self, *values: str | int) -> Iterator[tuple[Any, ...]]:
        """Execute with these values in place of the example's, and return the rows."""
        compiler, sql, examples, converters = self._composed or self._first()
        given = iter(values)
        with connection.cursor() as cursor:
            cursor.execute(sql, [value if isinstance(value, bool) else next(given) for value in examples])
            rows = cursor.fetchall()
        return map(tuple, compiler.apply_converters(rows, converters)) if converters else iter(rows)

    def _first(self) -> tuple[SQLCompiler, str, Sequence[object], Any]:
        compiler = self._compose().query.get_compiler(connection=connection)
        sql, examples = compiler.as_sql()
        columns = [expression for expression, *_ in compiler.select]
        self._composed = (compiler, sql, examples, compiler.get_converters(columns))
        return self._composed
