"""Documents in MongoDB, read in the order of their ids, with nothing but the fields that matter."""

import atexit
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from time import monotonic
from typing import Any, TypeAlias

import structlog
from bson import CodecOptions
from bson.binary import UuidRepresentation
from bson.codec_options import DatetimeConversion
from bson.errors import BSONError
from django.conf import settings
from django.utils.translation import gettext as _
from pymongo import ASCENDING, MongoClient
from pymongo import collection as driver
from pymongo.errors import ExecutionTimeout, OperationFailure, PyMongoError

from harvester.drafts import Draft
from harvester.models import Job, Kind
from harvester.sources import documents, filters, identities
from harvester.sources.entries import Entry
from imagehub.lib.errors import Invalid, SourceUnavailable
from imagehub.lib.shared import Absence

log = structlog.get_logger(__name__)

PATIENCE = 3.0  # seconds for a server to be found or to answer a ping
LONGEST_COUNT = 10.0  # seconds of the server's time
LONGEST_READ = 60.0  # likewise, for one reading; what is left is read by another
REST = 10.0  # for which a source that could not be written to is left alone
BATCH = 200  # documents that travel together
_NOT_UNDERSTOOD = {2, 9, 14, 51075, 51091, 51108}  # bad value, failed to parse, wrong type, and three about patterns

_Row: TypeAlias = dict[str, Any]
_Rows: TypeAlias = "driver.Collection[_Row]"
_CODEC: "CodecOptions[_Row]" = CodecOptions(
    uuid_representation=UuidRepresentation.STANDARD,
    # One odd byte or an impossible date in some field must not hide the document.
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
_absence = Absence()


class Collection:
    """The documents of a collection that a draft means."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._rows = _rows(draft.database, draft.collection)
        self._query = filters.compiled(draft.filter_query) if draft.kind is not Kind.DOCUMENT else self._named()

    def count(self) -> int:
        """Return how many documents there are; Invalid for an id that none here can have."""
        bounds: dict[str, Any] = {"skip": self._draft.skip} if self._draft.skip else {}
        bounds |= {"limit": self._draft.limit} if self._draft.limit else {}
        with _translated():
            found = self._counted(bounds)
        if not found and self._draft.kind is Kind.DOCUMENT:
            self._judge_id()
        return found

    def read(self, after: str = "") -> Iterator[Entry]:
        """Go through the documents in the order of their ids; a limit is for the reader to keep."""
        behind = [identities.behind(identities.parsed(after))] if after else []
        rows = self._rows.find(
            {"$and": [self._query, *behind]},
            dict.fromkeys(documents.roots(self._draft.fields), 1),
            sort=[("_id", ASCENDING)],
            skip=0 if after else self._draft.skip,
            batch_size=BATCH,
            allow_disk_use=True,
            max_time_ms=int(LONGEST_READ * 1000),
        )
        with _translated(), closing(rows):
            for row in rows:
                text = identities.text_of(row["_id"])
                yield documents.entry(row, self._draft.fields, document_id=text, cursor=text)

    def _counted(self, bounds: Mapping[str, Any]) -> int:
        try:
            return self._rows.count_documents(self._query, maxTimeMS=int(LONGEST_COUNT * 1000), **bounds)
        except ExecutionTimeout:
            if self._query or bounds:
                raise
            return self._rows.estimated_document_count()

    def _named(self) -> dict[str, Any]:
        """Return the condition on the document that is named, whatever the type of its id if only one has that name."""
        exact = identities.read(self._draft.document_id)
        either = {"$or": [{"_id": {"$eq": identity}} for identity in (exact, self._draft.document_id)]}
        with _translated():
            found = [row["_id"] for row in self._rows.find(either, {"_id": 1})]
        return {"_id": {"$eq": found[0] if len(found) == 1 else exact}}

    def _judge_id(self) -> None:
        with _translated():
            other = self._rows.find_one({}, {"_id": 1})
        if other and not identities.are_alike(other["_id"], identities.read(self._draft.document_id)):
            raise identities.unreadable()


def write_back(job: Job, document_id: str, *, path: str, metadata: Mapping[str, Any]) -> None:
    """Note in a document where its images lie and what they are; a source that is away is logged and left alone."""
    if job.kind == Kind.SOURCE or monotonic() < _absence.until:
        return
    noted = {"local_images_path": path, "images_metadata": dict(metadata)}
    query = {"_id": {"$eq": identities.parsed(document_id)}}
    try:
        with _translated():
            _rows(job.database, job.collection).update_one(query, {"$set": noted})
    except (SourceUnavailable, Invalid) as error:
        _absence.until = monotonic() + REST
        log.warning("harvest.not_written_back", job=job.public_id, reason=error.code)


def answers() -> bool:
    """Tell whether the source can be reached at all."""
    try:
        with _translated():
            _client().admin.command("ping")
    except SourceUnavailable:
        return False
    return True


def _rows(database: str, collection: str) -> _Rows:
    with _translated():
        return _client()[database].get_collection(collection, codec_options=_CODEC)


def _client() -> "MongoClient[_Row]":
    if not settings.MONGODB_URI:
        raise SourceUnavailable(_("No source of documents is configured here."))
    try:
        return _connected(settings.MONGODB_URI, os.getpid())
    except (PyMongoError, ValueError):
        log.warning("harvest.source_unreadable", setting="MONGODB_URI")
        raise SourceUnavailable from None


@cache
def _connected(uri: str, _process: int) -> "MongoClient[_Row]":
    # One for each process: its connections and threads don't survive a fork.
    patience = int(PATIENCE * 1000)
    client: MongoClient[_Row] = MongoClient(
        uri,
        serverSelectionTimeoutMS=patience,
        connectTimeoutMS=patience,
        socketTimeoutMS=int((LONGEST_READ + PATIENCE) * 1000),
        appname="ImageHub",
    )
    atexit.register(client.close)
    return client


@contextmanager
def _translated() -> Iterator[None]:
    # What the server or the driver says, addresses and credentials among it, is not repeated: hence `from None`.
    try:
        yield
    except OperationFailure as error:
        if error.code in _NOT_UNDERSTOOD:
            raise Invalid(details={"filter": [_("The source does not understand this filter.")]}) from None
        log.warning("harvest.source_failed", code=error.code)
        raise SourceUnavailable from None
    except (PyMongoError, BSONError, OverflowError) as error:
        log.warning("harvest.source_failed", reason=type(error).__name__)
        raise SourceUnavailable from None
