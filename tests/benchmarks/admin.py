"""Every list and page of the admin on tables of a million rows (`ROWS`), against the same on ten thousand.

It fills a test database on the server that DATABASE_URL names, or a SQLite file: `python -m tests.servers mariadb --
python -m tests.benchmarks admin`. Rows are doubled by the database itself, so that filling takes minutes.
"""

import os
import statistics
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

from tests.benchmarks.generated import FEW
from tests.benchmarks.report import Measure

from django.contrib import admin  # isort: skip  # the measure above has set Django up
from django.contrib.auth.models import Group  # isort: skip  # likewise
from django.db import connection, models  # isort: skip  # likewise
from django.test import Client  # isort: skip  # likewise
from django.urls import reverse  # isort: skip  # likewise

from accounts.models import User  # isort: skip  # likewise
from harvester.models import Document  # isort: skip  # likewise
from imagehub.images.models import Image  # isort: skip  # likewise
from publications.models import Photo, Publication  # isort: skip  # likewise
from tests.rows import meta, row_of  # isort: skip  # likewise

MANY = int(os.environ.get("ROWS", "1000000"))
ONLY = os.environ.get("ONLY", "").split()  # kinds of rows, as `images.Image`; none: all
EACH = 100  # rows of every owner, however many there are
ROUNDS = 3
BY_HAND, SOME = {Group}, 100  # staff makes each of these by hand, so that there are never many
LED_TO, SPARE = {Image, Document, Publication}, 1000  # rows of others lead to these, each to one of its own
REGISTERED: dict[type[models.Model], Any] = admin.site._registry  # noqa: SLF001  # Django keeps them nowhere else
Pages = dict[tuple[str, str], list[float]]


def measures() -> Iterator[Measure]:
    """Yield of each kind of row the page that grew most, and the slowest 5 % of all pages by themselves."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    root = User.objects.create_superuser("root", "root@example.org", "x" * 12)
    listed: list[type[models.Model]] = [
        model for model in REGISTERED if meta(model).label in (ONLY or [meta(model).label])
    ]
    filled: list[type[models.Model]] = [*listed, *([Photo] if Publication in listed else [])]
    for model in filled:
        row_of(model)
    [row_of(User) for _ in range(FEW // EACH)]
    connection.disable_constraint_checking()  # what rows lead to comes in the order of its names
    few, many = [_measured(root, filled, size) for size in (FEW, MANY)]
    for model in listed:
        label = meta(model).label
        times = {
            page: statistics.median(many[page]) / statistics.median(few[page]) for page in many if page[0] == label
        }
        worst = max(times, key=lambda page: times[page])
        yield Measure(": ".join(worst), f"{FEW} rows", "ms", many[worst], few[worst], "<= 2.00")
    slow = statistics.quantiles((each for times in many.values() for each in times), n=20)[-1]
    yield Measure("p95 of all pages", "a fifth of a second", "ms", [slow], [200.0], "<= 1.00")


def _measured(root: User, filled: list[type[models.Model]], size: int) -> Pages:
    for model in filled:
        multiply(model, SOME if model in BY_HAND else size + (SPARE if model in LED_TO else 0))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        (meta(model).label, name): at for model in filled if model in REGISTERED for name, at in _pages(model).items()
    }
    for at in pages.values():
        timed(client, at)
    return {page: [timed(client, at) for _ in range(ROUNDS)] for page, at in pages.items()}


def _pages(model: type[models.Model]) -> dict[str, str]:
    """Return the pages that staff opens, each over the rows in the middle."""
    name, shown = meta(model).label_lower.replace(".", "_"), REGISTERED[model]
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]  # noqa: SLF001  # Django's public seam
    row = model._default_manager.filter(pk__lte=last // 2).order_by("-pk")[0]  # noqa: SLF001  # likewise
    listed = reverse(f"admin:{name}_changelist")
    found = {"list": listed, "further back": f"{listed}?pk__lte={row.pk}", "last page": f"{listed}?p=200"}
    found |= {f"search {field}": f"{listed}?q={_value(row, field)}" for field in shown.search_fields}
    found |= {f"only {column}": f"{listed}?{column}__exact={_value(row, column)}" for column in shown.indexed}
    found |= {"by the last column": f"{listed}?o={len(shown.list_display)}"}
    return found | {"change": reverse(f"admin:{name}_change", args=[row.pk])}


def _value(row: Any, lookup: str) -> object:
    for name in lookup.removesuffix("__exact").removesuffix("__istartswith").removesuffix("__icontains").split("__"):
        row = getattr(row, name, None)
    return int(row) if isinstance(row, bool) else row


def timed(client: Client, at: str) -> float:
    started = time.perf_counter()
    answer = client.get(at, follow=True)
    assert answer.status_code == 200, at
    return (time.perf_counter() - started) * 1000


def multiply(model: type[models.Model], size: int, owners: int = 0, alike: Collection[str] = ()) -> None:
    """Double the rows of a table until there are as many as wanted, each with values of its own where it must.

    Without a number of owners each is given as many. What is to be alike must leave something of each constraint.
    """
    table = connection.ops.quote_name(meta(model).db_table)
    fields = meta(model).concrete_fields
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    unique = {name for limit in meta(model).constraints for name in getattr(limit, "fields", ())}
    with connection.cursor() as cursor:
        while (last := _last(cursor, table)) < size:
            values = ", ".join(_copied(field, unique - {*alike}, last, owners or size // EACH) for field in fields)
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE id <= {size - last}")  # noqa: S608  # names of ours
        if connection.vendor == "mysql":
            cursor.execute(f"ANALYZE TABLE {table}")
            cursor.fetchall()


def _last(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT MAX(id) FROM {table}")  # noqa: S608  # names of ours
    return int(cursor.fetchone()[0])


def _copied(field: Any, unique: set[str], shift: int, owners: int) -> str:
    """Return what a copied row holds in a column: its own key where that must differ, an owner, or the same."""
    number = f"(id + {shift})"
    column = str(connection.ops.quote_name(field.column))
    if field.related_model is User and not field.unique:
        return f"{number} % {owners} + 1"
    if not field.unique and field.name not in unique:
        return column
    if field.related_model:
        return f"{column} + {shift}"
    if isinstance(field, models.CharField | models.TextField):
        return _text(number)
    is_number = isinstance(field, models.IntegerField) and not isinstance(field, models.PositiveSmallIntegerField)
    return number if is_number else column


_text: Callable[[str], str] = ("CONCAT('x', {})" if connection.vendor == "mysql" else "'x' || {}").format
