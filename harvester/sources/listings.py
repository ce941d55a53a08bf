"""Documents that are listed in JSON: read as a stream, of which only the fields that matter are kept.

A listing is a list of documents, an object with such a list or one document under `documents` or `data`, one
document, or any number of these one after another, as in NDJSON. Beside its documents such an object may say where
the next page of them is.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import IO, Any, TypeAlias

import ijson
from django.utils.translation import gettext as _

from harvester.naming import LONGEST_ID
from harvester.sources import documents
from harvester.sources.entries import Entry
from imagehub.lib.errors import FileTooLarge, Invalid

MOST_BYTES = 24 * 1024 * 1024
MOST_DOCUMENTS = 100_000
MOST_VALUES = 100_000  # of a document, those apart that don't matter
DEEPEST = 64
_WRAPPERS = ("documents", "data")
_PAGES = ("next", "links")  # beside these, where the listing goes on
_IDS = ("_id", "id")
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ENDS = {"end_map", "end_array"}
_STARTS = {"start_map", "start_array"}
_Event: TypeAlias = tuple[str, Any]
Following: TypeAlias = Callable[[str], IO[bytes] | None]


class Unreadable(ValueError):
    """What was sent is no listing of documents."""


def entries(
    file: IO[bytes], fields: Sequence[str], *, field: str, following: Following = lambda _next: None
) -> Iterator[Entry]:
    """Go through the documents of a listing; Invalid, naming the `field` it came by, when it is none.

    Each has an id of its own: where two share one, the later is told apart by a number. Where a listing says what
    is `next`, or nothing of it, `following` returns the page that comes after, if there is one.
    """
    documents.judge_fields(fields)
    seen: Counter[str] = Counter()
    page: IO[bytes] | None = file
    try:
        while page is not None:
            reader = _Reader(_Capped(page), {*documents.roots(fields), *_IDS})
            for document in reader:
                entry = documents.entry(document, fields, document_id=_id(document))
                yield entry._replace(document_id=_own(entry.document_id or documents.id_without(entry), seen))
                if len(seen) > MOST_DOCUMENTS:
                    raise Invalid(details={field: [_too_many()]})
            page = following(reader.next)
    except (ijson.JSONError, ValueError):
        raise Invalid(details={field: [_("This is no JSON with a list of documents.")]}) from None


def _too_many() -> str:
    return _("This lists more than %(most)d documents, which is too many for one harvest.") % {"most": MOST_DOCUMENTS}


class _Capped:
    """A file of which no more is read than is taken."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._file.read(size)
        if not self._read:
            # Some editors put it in front of a text, and JSON doesn't know it.
            data = data.removeprefix(_BYTE_ORDER_MARK)
        self._read += len(data)
        if self._read > MOST_BYTES:
            raise FileTooLarge
        return data


class _Reader:
    """Reads documents one at a time, without building what nobody asked for."""

    def __init__(self, file: _Capped, wanted: Collection[str]) -> None:
        self._events: Iterator[_Event] = iter(ijson.basic_parse(file, multiple_values=True, use_float=True))
        self._wanted = wanted
        self._left = MOST_VALUES
        self.next = ""  # where the listing says that it goes on

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for event, _value in self._events:
            if event == "start_array":
                yield from self._list()
            elif event == "start_map":
                yield from self._object()
            else:
                raise Unreadable

    def _list(self) -> Iterator[dict[str, Any]]:
        for event, _value in self._events:
            if event == "end_array":
                return
            if event != "start_map":
                raise Unreadable
            yield self._document()

    def _object(self) -> Iterator[dict[str, Any]]:
        """Yield the documents in an object or, where it wraps none, the object."""
        self._left = MOST_VALUES
        document: dict[str, Any] = {}
        beside: dict[str, Any] = {}
        is_wrapper = False
        for name, event in self._members():
            if name in _PAGES and name not in self._wanted:
                beside[name] = self._value(event, 0)
            elif event[0] in _STARTS and name in _WRAPPERS and name not in self._wanted:
                is_wrapper = True
                yield from self._list() if event[0] == "start_array" else [self._document()]
            else:
                self._take(document, name, event)
        if is_wrapper:
            self.next = _next(beside)
        else:
            yield document

    def _document(self) -> dict[str, Any]:
        self._left = MOST_VALUES
        document: dict[str, Any] = {}
        for name, event in self._members():
            self._take(document, name, event)
        return document

    def _take(self, document: dict[str, Any], name: str, event: _Event) -> None:
        if name in self._wanted:
            document[name] = self._value(event, 0)
        else:
            self._skip(event)

    def _members(self) -> Iterator[tuple[str, _Event]]:
        for event, name in self._events:
            if event == "end_map":
                return
            yield name, next(self._events)

    def _value(self, event: _Event, depth: int) -> Any:
        kind, value = event
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise Unreadable
        if kind == "start_map":
            return {name: self._value(inner, depth + 1) for name, inner in self._members()}
        return list(self._values(depth + 1)) if kind == "start_array" else value

    def _values(self, depth: int) -> Iterator[Any]:
        for event in self._events:
            if event[0] == "end_array":
                return
            yield self._value(event, depth)

    def _skip(self, event: _Event) -> None:
        depth = int(event[0] in _STARTS)
        while depth:
            kind, _value = next(self._events)
            depth += (kind in _STARTS) - (kind in _ENDS)


def _next(beside: Mapping[str, Any]) -> str:
    """Return where a listing goes on: `next`, or `links.next`, either of them also as an object with its `href`."""
    links = beside.get("links")
    said = beside.get("next") or (links.get("next") if isinstance(links, Mapping) else "")
    address = said.get("href") if isinstance(said, Mapping) else said
    return address if isinstance(address, str) else ""


def _id(document: Mapping[str, Any]) -> str:
    found = (_id_text(document.get(name)) for name in _IDS)
    return next((text for text in found if text), "")


def _id_text(value: object) -> str:
    if isinstance(value, Mapping):  # as exports of the source write its ids
        value = value.get("$oid")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value).strip()
    is_plain = len(text) <= LONGEST_ID // 4 and not _UNREADABLE.search(text)
    return text if is_plain else hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


def _own(text: str, seen: Counter[str]) -> str:
    own = text
    while seen[own]:
        seen[text] += 1
        own = f"{text}-{seen[text]}"
    seen[own] += 1
    return own
