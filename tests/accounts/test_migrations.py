"""What migrations do beyond Django's own operations is done and undone on every database."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.contrib.admin.models import LogEntry
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.rows import meta

of_log = import_module("accounts.migrations.0003_staff_lists")
of_tokens = import_module("accounts.migrations.0004_spent_tokens")
Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def indexes(model: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, meta(model).db_table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "name", "drop", "make"),
    [
        (LogEntry, "admin_log_by_object", of_log.drop_log_index, of_log.index_log),
        (OutstandingToken, "outstanding_by_expiry", of_tokens.drop_index, of_tokens.index_spent),
    ],
)
def test_an_index_of_a_librarys_table_goes_and_comes_again(
    model: type[models.Model], name: str, drop: Step, make: Step
) -> None:
    assert name in indexes(model)
    with connection.schema_editor() as editor:
        drop(apps, editor)
    assert name not in indexes(model)
    with connection.schema_editor() as editor:
        make(apps, editor)
    assert name in indexes(model)
