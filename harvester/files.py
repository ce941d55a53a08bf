"""Files of documents by their paths: only what is recorded is ever looked for in the storage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from harvester import naming
from harvester.models import Document, Harvested, Processed
from harvester.processors import PROCESSORS, Processor
from harvester.services import processing
from imagehub.images import storage
from imagehub.images.storage import ObjectMissing
from imagehub.lib.errors import ImageNotFound

METADATA = "metadata.json"
Make = Callable[[Harvested, Processor], Processed]


@dataclass(slots=True)
class Kept:
    """A file as it is sent."""

    key: str
    digest: str
    content_type: str
    size: int
    filename: str
    since: datetime


def found(document: Document, path: str, make: Make = processing.made) -> Kept:
    """Return a file of a document; what a processor makes is made now. ImageNotFound for all that is not recorded."""
    folder, _slash, name = path.partition("/")
    if folder == "original":
        return _original(document, name)
    processor, _slash, filename = name.partition("/")
    if folder == "processed" and processor in PROCESSORS:
        return _processed(document, PROCESSORS[processor], filename, make)
    raise ImageNotFound


def found_again(document: Document, path: str) -> Kept:
    """Return a file whose object has vanished; ObjectMissing unless a processor can make it anew."""
    if not path.startswith("processed/"):
        raise ObjectMissing
    return found(document, path, processing.remade)


def metadata_of(document: Document) -> bytes:
    """Return what `metadata.json` says; ObjectMissing before the first harvest of the document is over."""
    return storage.read(naming.metadata(naming.home(document.database, document.collection, document.folder)))


def _harvested(document: Document, **columns: str) -> Harvested:
    kept = Harvested.objects.filter(document=document, **columns).exclude(key="")
    file = kept.select_related("document").order_by("number").first()
    if file is None:
        raise ImageNotFound
    return file


def _original(document: Document, name: str) -> Kept:
    file = _harvested(document, filename=name)
    if file.filename != name:  # a database may take upper for lower case
        raise ImageNotFound
    since = file.downloaded_at or file.document.created_at
    return Kept(file.key, file.sha256, file.content_type, file.size, file.filename, since)


def _processed(document: Document, processor: Processor, filename: str, make: Make) -> Kept:
    stem, _dot, extension = filename.rpartition(".")
    if extension != processor.extension or not stem:
        raise ImageNotFound
    file = make(_harvested(document, filename__startswith=f"{stem}."), processor)
    return Kept(file.key, file.sha256, file.content_type, file.size, file.filename, file.created_at)
