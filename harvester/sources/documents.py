"""What matters of a document: its id, what it is called, and the addresses of its images.

Documents come from outside and may hold anything where an address is expected. What is no address is counted,
not followed; however large, deep or cyclic a document is, a bounded part of it is looked at.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from harvester.models import LONGEST_LABEL
from harvester.sources.entries import Entry
from imagehub.lib.errors import Invalid
from imagehub.lib.outbound.targets import LONGEST_URL

SEARCH_FIELDS = (
    "nombre_alojamiento",
    "name",
    "title",
    "nombre",
    "titulo",
    "hotel_name",
    "property_name",
    "business_name",
    "display_name",
    "full_name",
)
"""Where the name of a document is looked for, in this order."""

MOST_URLS = 10_000  # of a document; those beyond are counted as left out
MOST_TEXT = 2 * 1024 * 1024  # characters of all addresses of a document, likewise
MOST_FIELDS = 50
LONGEST_FIELD = 100
_URL_KEYS = ("image_url", "url", "src")
_DEEPEST = 8  # lists in lists
_MOST_VALUES = 2 * MOST_URLS
_FIELD = re.compile(r"(?!\$)[^\x00-\x1f\x7f.$]+(?:\.[^\x00-\x1f\x7f.$]+)*")
_ODD = object()


def judge_fields(fields: Sequence[str]) -> None:
    """Refuse names of fields that no document has; a dotted name leads into objects."""
    if not 1 <= len(fields) <= MOST_FIELDS or not all(map(_is_field, fields)):
        raise Invalid(details={"fields": [_("Name the fields that hold images.")]})


def entry(document: Mapping[str, Any], fields: Sequence[str], *, document_id: str, cursor: str = "") -> Entry:
    """Return what matters of a document; addresses in order, without repeats."""
    urls: dict[str, None] = {}
    odd = left_out = text = 0
    for value in islice(_values(document, fields), _MOST_VALUES):
        url = _address(value)
        if url is None:
            odd += 1
        elif url not in urls:
            text += len(url)
            is_taken = len(urls) < MOST_URLS and text <= MOST_TEXT
            urls.update({url: None} if is_taken else {})
            left_out += not is_taken
    return Entry(document_id, label(document), tuple(urls), cursor, odd, left_out)


def label(document: Mapping[str, Any]) -> str:
    """Return the value of a document's first search field that says something, or nothing."""
    found = (_said(document.get(field)) for field in SEARCH_FIELDS)
    return next((said for said in found if said), "")


def id_without(entry_of: Entry) -> str:
    """Return an id for a document that has none: the same as long as its name, or else its addresses, stay so."""
    traits = [entry_of.label] if entry_of.label else entry_of.urls
    return hashlib.sha256("\0".join(traits).encode("utf-8", "replace")).hexdigest()[:24]


def roots(fields: Sequence[str]) -> tuple[str, ...]:
    """Return the names at the top of a document below which all of it lies that matters."""
    return tuple(dict.fromkeys([*(field.partition(".")[0] for field in fields), *SEARCH_FIELDS]))


def _is_field(name: str) -> bool:
    return len(name) <= LONGEST_FIELD and _FIELD.fullmatch(name) is not None


def _said(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    clean = str(value)[: 4 * LONGEST_LABEL].encode("utf-8", "replace").decode().replace("\0", "")
    return " ".join(clean.split())[:LONGEST_LABEL]


def _values(document: Mapping[str, Any], fields: Sequence[str]) -> Iterator[object]:
    """Yield what the fields hold, lists item by item; a field that is missing, null or blank holds nothing."""
    for field in fields:
        for value in _at(document, field):
            if value is not None and value != "":
                yield from _spread(value)


def _at(document: Mapping[str, Any], field: str) -> Iterator[object]:
    if field in document:
        yield document[field]
        return
    name, dot, rest = field.partition(".")
    inner = document.get(name) if dot else None
    for part in inner if isinstance(inner, list) else [inner]:
        if isinstance(part, Mapping):
            yield from _at(part, rest)


def _spread(value: object) -> Iterator[object]:
    open_lists: list[Iterator[object]] = [iter([value])]
    while open_lists:
        found = next(open_lists[-1], _ODD)
        if found is _ODD:
            open_lists.pop()
        elif not isinstance(found, list | tuple):
            yield found
        elif len(open_lists) <= _DEEPEST:
            open_lists.append(iter(found))
        else:
            yield None


def _address(value: object) -> str | None:
    if isinstance(value, Mapping):
        value = next((value[key] for key in _URL_KEYS if value.get(key)), None)
    if not isinstance(value, str):
        return None
    url = value.strip()
    return url if 0 < len(url) <= LONGEST_URL and _is_text(url) else None


def _is_text(url: str) -> bool:
    try:
        url.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no database keeps
        return False
    return True
