"""Queries that are composed once and executed often.

Composing SQL from a queryset costs Django more than the database needs to answer a small indexed
question. A prepared query is composed on its first use in a process and only executed afterwards.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler


class Prepared:
    """A `values_list` queryset whose filter values are given at each execution, in the order written.

    `compose` returns the queryset for example values: distinct ones, none of them None or empty, so that
    the conditions keep their form. Values are converted as Django does it for the columns read.
    """

    def __init__(self, compose: Callable[[], models.QuerySet[Any, Any]]) -> None:
        self._compose = compose
        self._composed: tuple[SQLCompiler, str, Any] | None = None

    def rows(self, *values: str | int) -> Iterator[tuple[Any, ...]]:
        """Execute with these values in place of the example's, and return the rows."""
        compiler, sql, converters = self._composed or self._first()
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        return map(tuple, compiler.apply_converters(rows, converters)) if converters else iter(rows)

    def _first(self) -> tuple[SQLCompiler, str, Any]:
        compiler = self._compose().query.get_compiler(connection=connection)
        sql, _ = compiler.as_sql()
        columns = [expression for expression, *_ in compiler.select]
        self._composed = (compiler, sql, compiler.get_converters(columns))
        return self._composed
