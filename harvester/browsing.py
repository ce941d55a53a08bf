"""What was harvested, as a tree: databases, their collections, their documents, and the files of each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict
from urllib.parse import quote

from django.db.models import Count, QuerySet

from harvester.models import Document, Harvested, Processed, address_of
from imagehub.lib import keyset, origin
from imagehub.lib.errors import DocumentNotFound, NotFound
from imagehub.lib.times import told

ROOT = "/api/v1/images"
MOST_NAMES = 1000  # databases, or collections of one, that are listed


class Named(TypedDict):
    """A database or a collection."""

    name: str
    url: str


class DocumentCard(TypedDict):
    """A document of which images were harvested."""

    document_id: str
    folder: str
    label: str
    images: int
    created_at: str
    updated_at: str
    url: str


class FileCard(TypedDict):
    """A file that was harvested, or was made of one."""

    filename: str
    path: str
    url: str
    content_type: str
    width: int
    height: int
    size: int
    sha256: str


class OriginalCard(FileCard):
    """A harvested file, and where it comes from."""

    source_url: str
    downloaded_at: str | None
    checked_at: str | None
    gone_at: str | None


class WholeDocument(DocumentCard):
    """A document with its files."""

    metadata_url: str
    original: list[OriginalCard]
    processed: dict[str, list[FileCard]]


def databases() -> list[Named]:
    """Return the databases of which something was harvested."""
    return [{"name": name, "url": address(name)} for name in _names(Document.objects.all(), "database")]


def collections(database: str) -> list[Named]:
    """Return the collections of a database of which something was harvested; NotFound for none."""
    names = list(_names(Document.objects.filter(database=database), "collection"))
    if not names:
        raise NotFound
    return [{"name": name, "url": address(database, name)} for name in names]


def documents(database: str, collection: str, *, after: str, limit: int) -> tuple[list[DocumentCard], str | None]:
    """Return documents of a collection behind a folder, by folder, and where to go on; NotFound for no collection."""
    found, rest = part(database, collection, after=after, limit=limit)
    counts = _counts(found)
    return [_card(document, counts.get(document.pk, 0)) for document in found], rest


def part(database: str, collection: str, *, after: str, limit: int) -> tuple[list[Document], str | None]:
    """Return them as they are recorded, and where to go on; NotFound for no collection."""
    mine = Document.objects.filter(database=database, collection=collection)
    found = keyset.part(mine.filter(folder__gt=after).order_by("folder"), limit + 1)
    if not found and not mine.exists():
        raise NotFound
    return found[:limit], found[limit - 1].folder if len(found) > limit else None


def document(database: str, collection: str, name: str) -> Document:
    """Return a document by the name of its folder, or by its id; DocumentNotFound for an unknown one."""
    in_folder = Document.objects.filter(database=database, collection=collection, folder=name)
    # A string that reads like a number is kept as in JSON, and asked for without its quotes.
    by_id = (Document.objects.filter(address=address_of(database, collection, text)) for text in (name, f'"{name}"'))
    found = in_folder.first() or next(filter(None, (query.first() for query in by_id)), None)
    if found is None:
        raise DocumentNotFound
    return found


def whole(found: Document) -> WholeDocument:
    """Return a document with all its files."""
    originals = [_original(found, file) for file in files_of(found)]
    made: dict[str, list[FileCard]] = {}
    for file in Processed.objects.filter(document=found).order_by("processor", "filename"):
        path = f"processed/{file.processor}/{file.filename}"
        made.setdefault(file.processor, []).append(_file(found, file, path))
    base = _card(found, len(originals))
    return {**base, "metadata_url": f"{base['url']}/metadata.json", "original": originals, "processed": made}


def files_of(found: Document) -> Iterable[Harvested]:
    """Return the addresses of a document that gave a file, by number."""
    return Harvested.objects.filter(document=found).exclude(key="").order_by("number")


def address(*parts: str) -> str:
    """Return the address of what lies behind these names."""
    return origin.absolute("/".join([ROOT, *(quote(part, safe="/") for part in parts)]))


def _names(documents: QuerySet[Document], column: str) -> Iterator[str]:
    """Yield the values of a column, each by one look into the index: `DISTINCT` would go through all of it."""
    last: str | None = None
    for _ in range(MOST_NAMES):
        beyond = documents if last is None else documents.filter(**{f"{column}__gt": last})
        last = beyond.order_by(column).values_list(column, flat=True).first()
        if last is None:
            return
        yield last


def _counts(documents: Sequence[Document]) -> dict[int, int]:
    """Return how many addresses of each document gave a file."""
    kept = Harvested.objects.filter(document__in=documents).exclude(key="").order_by()
    return dict(kept.values_list("document").annotate(Count("pk")))


def _card(found: Document, images: int) -> DocumentCard:
    return {
        "document_id": found.document_id,
        "folder": found.folder,
        "label": found.label,
        "images": images,
        "created_at": told(found.created_at),
        "updated_at": told(found.updated_at),
        "url": address(found.database, found.collection, found.folder),
    }


def _original(found: Document, file: Harvested) -> OriginalCard:
    return {
        **_file(found, file, f"original/{file.filename}"),
        "source_url": file.url,
        "downloaded_at": told(file.downloaded_at) if file.downloaded_at else None,
        "checked_at": told(file.checked_at) if file.checked_at else None,
        "gone_at": told(file.gone_at) if file.gone_at else None,
    }


def _file(found: Document, file: Harvested | Processed, path: str) -> FileCard:
    return {
        "filename": file.filename,
        "path": path,
        "url": address(found.database, found.collection, found.folder, path),
        "content_type": file.content_type,
        "width": file.width,
        "height": file.height,
        "size": file.size,
        "sha256": file.sha256,
    }
