"""Where harvested files lie, and which places may be harvested at all.

A folder reads `{document_id}-{search_field}`. Names come from outside, so every segment of a key is ASCII in
lower case, and a name that can't be kept as it is gets `_` and a digest of its exact spelling appended: however
alike two names look, to a reader or to a file system, their segments differ.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from harvester.models import LONGEST_COLLECTION, LONGEST_DATABASE
from imagehub.lib import text
from imagehub.lib.errors import Forbidden, Invalid

# What lies there was listed, by a JSON API or in an uploaded file; no database can bear a name with a dot.
API_DATABASE = "json.api"
UPLOADS_DATABASE = "json.file"
LISTED = (API_DATABASE, UPLOADS_DATABASE)
LONGEST_ID = 1024  # bytes of a document's id, as text
_LONGEST_SANITIZED = 100
_LONGEST_PLAIN = 100  # characters of a segment that is kept as it is
_SHORTENED = 30  # what is kept for the eye of one that isn't
_DIGEST = r"[a-z2-7]{26}"  # 128 bits
_PLAIN = re.compile(rf"(?!.*_{_DIGEST}\Z)[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ID_OF_FOLDER = re.compile(rf"({_UUID}|[a-z0-9]{{1,64}})-")
_SYSTEMS = {"admin", "local", "config"}
_DATABASE = re.compile(r"[^\x00-\x20\x7f\ud800-\udfff/\\.\"$*<>:|?]+")
_COLLECTION = re.compile(r"(?!system\.|oplog\.|\.)(?!.*\.\.)[^\x00-\x1f\x7f$\ud800-\udfff]+(?<!\.)")


def sanitized(label: str) -> str:
    """Return a name in `[a-z0-9-]`, at most 100 characters long; `unnamed` when nothing is left of it."""
    return _reduced(label, _LONGEST_SANITIZED) or "unnamed"


def search_field(document_id: str, label: str) -> str:
    """Return what a document is called: its label, or else its id."""
    return label or f"document-{document_id}"


def folder(document_id: str, label: str) -> str:
    """Return the name of a document's folder: `{document_id}-{search_field}`."""
    name = sanitized(search_field(document_id, label))
    plain = f"{document_id}-{name}"
    # Kept only if the id can be read back: otherwise `a`, `b-c` and `a-b`, `c` would share a folder.
    found = _ID_OF_FOLDER.match(plain)
    if found and found[1] == document_id:
        return plain
    return f"{_told_apart(document_id)}-{name}"


def segment(name: str) -> str:
    """Return a database's or collection's name as a part of keys."""
    return name if len(name) <= _LONGEST_PLAIN and _PLAIN.fullmatch(name) else _told_apart(name)


def home(database: str, collection: str, folder_name: str) -> str:
    """Return the key below which all files of a document lie."""
    return f"{segment(database)}/{segment(collection)}/{folder_name}"


def filename(number: int, extension: str) -> str:
    """Return the name of the file of a document's address; the first has number 1."""
    return f"img_{number:03}.{extension}"


def original(home_key: str, name: str) -> str:
    """Return the key of a file as it was fetched."""
    return f"{home_key}/original/{name}"


def processed(home_key: str, processor: str, name: str) -> str:
    """Return the key of what a processor made of a file."""
    return f"{home_key}/processed/{processor}/{name}"


def metadata(home_key: str) -> str:
    """Return the key of a document's `metadata.json`."""
    return f"{home_key}/metadata.json"


def judge_place(database: str, collection: str) -> None:
    """Refuse a collection whose names are none, or that this installation doesn't let be harvested."""
    judge_names(database, collection)
    if database not in LISTED and not any(_covers(rule, database, collection) for rule in settings.HARVEST_ALLOW):
        raise Forbidden


def judge_names(database: str, collection: str) -> None:
    """Refuse names that a source can't have, those of its own housekeeping, and those of our other objects."""
    details: dict[str, list[str]] = {}
    if not _is_database(database):
        details["database"] = [_("This is no name of a database that can be harvested.")]
    if not _is_name(collection, _COLLECTION, LONGEST_COLLECTION):
        details["collection"] = [_("This is no name of a collection that can be harvested.")]
    if details:
        raise Invalid(details=details)


def _is_database(name: str) -> bool:
    if name in LISTED:
        return True
    if not _is_name(name, _DATABASE, LONGEST_DATABASE) or name.lower() in _SYSTEMS:
        return False
    taken = f"{segment(name)}/"
    return not any(taken.startswith(begun) or begun.startswith(taken) for begun in _kept_by_others())


def _is_name(name: str, form: re.Pattern[str], longest: int) -> bool:
    return form.fullmatch(name) is not None and name == name.strip() and len(_exactly(name)) <= longest


def _kept_by_others() -> Iterator[str]:
    """Yield how the keys of other features' objects begin."""
    for app in apps.get_app_configs():
        if app.name != "harvester":
            yield from getattr(app, "stores_under", ())
            yield from getattr(app, "stores_like", {})


def _covers(rule: str, database: str, collection: str) -> bool:
    allowed_database, _dot, allowed_collection = rule.partition(".")
    return allowed_database in {"*", database} and allowed_collection in {"*", collection}


def _told_apart(name: str) -> str:
    digest = base64.b32encode(hashlib.sha256(_exactly(name)).digest()[:16]).decode().lower().rstrip("=")
    return f"{_reduced(name, _SHORTENED) or 'x'}_{digest}"


def _reduced(name: str, longest: int) -> str:
    letters = text.decomposed(name[: 4 * longest]).casefold()
    without_accents = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+", without_accents))[:longest].strip("-")


def _exactly(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")
