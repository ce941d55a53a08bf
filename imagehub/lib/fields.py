"""Column types that behave alike on every database we run on."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactCharField(models.CharField):  # type: ignore[type-arg]  # the stubs' parameters do not exist at run time
    """Text whose comparison respects case and accents on MariaDB too, as SQLite's does."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        """Ask MariaDB for a binary collation; other databases compare exactly by themselves."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
