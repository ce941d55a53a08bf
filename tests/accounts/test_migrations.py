"""What migrations do beyond Django's own operations is done and undone on every database."""

from importlib import import_module

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection

from tests.rows import meta

migration = import_module("accounts.migrations.0003_staff_lists")


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, meta(LogEntry).db_table))


@pytest.mark.django_db(transaction=True)
def test_the_index_of_the_log_goes_and_comes_again() -> None:
    assert "admin_log_by_object" in indexes()
    with connection.schema_editor() as editor:
        migration.drop_log_index(None, editor)
    assert "admin_log_by_object" not in indexes()
    with connection.schema_editor() as editor:
        migration.index_log(None, editor)
    assert "admin_log_by_object" in indexes()
