"""What lies beside the files of a document as `metadata.json`, in the words of its readers."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from harvester import naming
from harvester.models import Document, Harvested, Processed
from harvester.processors import PROCESSORS
from imagehub.images import storage
from imagehub.lib.times import told

_MEGA = 1_000_000
_OPTIONS = orjson.OPT_INDENT_2


def write(document: Document) -> None:
    """Replace a document's `metadata.json` by what is recorded now."""
    rows = Harvested.objects.filter(document=document).order_by("number")
    storage.replace(key_of(document), text(document, list(rows), list(made_of(document))))


def key_of(document: Document) -> str:
    """Return where it lies."""
    return naming.metadata(naming.home(document.database, document.collection, document.folder))


def made_of(document: Document) -> Iterable[Processed]:
    """Return what processors made of a document's files."""
    return Processed.objects.filter(document=document).order_by("filename")


def text(document: Document, rows: Sequence[Harvested], made: Iterable[Processed]) -> bytes:
    """Return what is to be said of a document and its files, as JSON."""
    processed: dict[str, list[dict[str, Any]]] = {name: [] for name in PROCESSORS}
    for one in made:
        processed.setdefault(one.processor, []).append(_made(one))
    size = sum({row.key: row.size for row in rows if row.key}.values())
    said = {
        "document_id": document.document_id,
        "collection": document.collection,
        "database": document.database,
        "search_field": naming.search_field(document.document_id, document.label),
        "search_field_sanitized": naming.sanitized(naming.search_field(document.document_id, document.label)),
        "images": {"original": [_original(row) for row in rows], "processed": processed},
        "statistics": {
            "total_images": len(rows),
            "successful_downloads": sum(bool(row.key) for row in rows),
            "failed_downloads": sum(not row.key for row in rows),
            "total_size_bytes": size,
            "total_size_mb": _mega(size),
        },
        "job_id": document.job.public_id if document.job else None,
        "created_at": told(document.created_at),
        "updated_at": told(document.updated_at),
    }
    return orjson.dumps(said, option=_OPTIONS)


def _original(row: Harvested) -> dict[str, Any]:
    return {
        "filename": row.filename or None,
        "url": row.url,
        "final_url": row.final_url or None,
        **_facts(row),
        "etag": row.etag or None,
        "last_modified": row.last_modified or None,
        "downloaded_at": told(row.downloaded_at) if row.downloaded_at else None,
        "attempts": row.attempts,
        "error": row.reason or None,
        "gone_at": told(row.gone_at) if row.gone_at else None,
    }


def _made(one: Processed) -> dict[str, Any]:
    return {"filename": one.filename, **_facts(one), "created_at": told(one.created_at)}


def _facts(file: Harvested | Processed) -> dict[str, Any]:
    if not file.key:
        return dict.fromkeys(_FACTS)
    values = (
        file.size,
        _mega(file.size),
        file.content_type,
        file.width,
        file.height,
        round(file.width / file.height, 4) if file.height else None,
        file.md5,
        file.sha256,
    )
    return dict(zip(_FACTS, values, strict=True))


_FACTS = ("size_bytes", "size_mb", "mime_type", "width", "height", "aspect_ratio", "hash", "sha256")


def _mega(size: int) -> float:
    return round(size / _MEGA, 3)
