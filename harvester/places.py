"""Places of documents, in words that a person would use."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harvester import naming

_LISTED: Mapping[str, str | Promise] = {naming.API_DATABASE: _("JSON API"), naming.UPLOADS_DATABASE: _("File")}


def source(database: str) -> str:
    """Return what a database is called; listed documents come from none, whatever their place is named."""
    return str(_LISTED.get(database, database))


def title(database: str, collection: str) -> str:
    """Return what a collection is called, with where it is."""
    return f"{source(database)} · {collection}" if database in _LISTED else f"{database}.{collection}"
