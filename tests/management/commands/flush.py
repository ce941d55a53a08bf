"""Empties the database after a test that commits, as Django's own command of this name does, only sooner.

Django's asks every table to be emptied, and then works out all content types and permissions anew; for a test that
left two rows this takes longer than the test.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.management.color import no_style
from django.db import connections

# What `migrate` itself puts in, and nobody changes.
KEPT = {"auth_permission", "django_content_type"}


class Command(BaseCommand):
    """Removes every row that a test may have made."""

    stealth_options = ("allow_cascade", "inhibit_post_migrate", "interactive", "reset_sequences")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        tables = sorted(set(connection.introspection.django_table_names(include_views=False)) - KEPT)
        asked = " UNION ".join(f"SELECT '{table}' FROM {connection.ops.quote_name(table)}" for table in tables)  # noqa: S608  # names of our own tables
        with connection.cursor() as cursor:
            cursor.execute(asked)
            filled = [name for (name,) in cursor.fetchall()]
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), filled))
