"""What processors make of harvested files: on request or after a harvest, once, and again when it is stale."""

import hashlib
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from harvester import metadata, naming
from harvester.models import Document, Harvested, Processed
from harvester.processors import Processor, wanted_for
from imagehub.images import attempts, storage
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.render import Rendered
from imagehub.images.storage import ObjectMissing
from imagehub.lib.digests import sha256
from imagehub.lib.errors import ImageNotFound, RenditionTooExpensive
from imagehub.lib.transactions import write
from imagehub.lib.turns import turn

log = structlog.get_logger(__name__)


def made(original: Harvested, processor: Processor) -> Processed:
    """Return what a processor makes of a file, and note it in `metadata.json`; ImageNotFound if it can't be made."""
    current = _current(original, processor)
    if current is None:
        current = _made_once(original, processor)
        describe(original.document_id)
    return current


def remade(original: Harvested, processor: Processor) -> Processed:
    """Return it made anew, because its object has vanished."""
    log.warning("processed.lost", document=original.document_id, processor=processor.name)
    Processed.objects.filter(document=original.document_id, **_place(original, processor)).update(made_of="")
    return made(original, processor)


def process(document_pk: int) -> None:
    """Make all that is wanted of a document's files; one that is gone needs nothing, nor one that has it all."""
    document = Document.objects.select_related("job").filter(pk=document_pk).first()
    if document is None:
        return
    wanted = wanted_for(document, settings.HARVEST_PROCESSORS)
    originals = Harvested.objects.filter(document=document).exclude(key="").order_by("number")
    fresh = [_attempted(original, processor) for original in originals for processor in wanted]
    if any(fresh):
        describe(document_pk)


def _attempted(original: Harvested, processor: Processor) -> bool:
    """Make a file unless it is there, and tell whether there is something new."""
    try:
        return _current(original, processor) is None and bool(_made_once(original, processor))
    except ImageNotFound:
        return False


def describe(document_pk: int) -> None:
    """Bring `metadata.json` up to date: whoever wrote last has looked once more, and found nothing newer.

    No row is locked meanwhile, for the storage may be far away.
    """
    is_stale = True
    while is_stale:
        document = Document.objects.select_related("job").get(pk=document_pk)
        metadata.write(document)
        is_stale = Document.objects.filter(pk=document_pk).exclude(updated_at=document.updated_at).exists()


def _place(original: Harvested, processor: Processor) -> dict[str, str]:
    stem = original.filename.rpartition(".")[0]
    return {"processor": processor.name, "filename": f"{stem}.{processor.extension}"}


def _current(original: Harvested, processor: Processor) -> Processed | None:
    """Return it if it is there and made of the bytes that the original has now."""
    made_of_these = Processed.objects.filter(document=original.document_id, made_of=original.sha256)
    return made_of_these.filter(**_place(original, processor)).first()


def _made_once(original: Harvested, processor: Processor) -> Processed:
    """Make it unless another thread of ours did meanwhile; of two processes the later one's stays."""
    with turn(f"processed/{original.pk}/{processor.name}"):
        return _current(original, processor) or _made(original, processor)


def _made(original: Harvested, processor: Processor) -> Processed:
    rendered = _rendered(original, processor)
    place = _place(original, processor)
    document = original.document
    home = naming.home(document.database, document.collection, document.folder)
    key = naming.processed(home, place["processor"], place["filename"])
    storage.replace(key, rendered.data)
    return _settled(original, key, place, rendered)


def _rendered(original: Harvested, processor: Processor) -> Rendered:
    try:
        data = storage.read(original.key)
        if sha256(data) != original.sha256:
            raise ObjectMissing  # it is being replaced just now, or was damaged where it lies
        with attempts.attempted(f"{original.sha256}/{processor.name}"):
            return processor.made_of(data)
    except (Refusal, RenditionTooExpensive) as refusal:
        log.warning("processed.refused", document=original.document_id, processor=processor.name, reason=str(refusal))
        raise ImageNotFound from refusal


@write
def _settled(original: Harvested, key: str, place: dict[str, str], rendered: Rendered) -> Processed:
    """Record what lies under a key now."""
    Document.objects.filter(pk=original.document_id).update(updated_at=timezone.now())
    facts: dict[str, Any] = {
        "key": key,
        "made_of": original.sha256,
        "content_type": rendered.format.content_type,
        "width": rendered.width,
        "height": rendered.height,
        "size": len(rendered.data),
        "md5": hashlib.md5(rendered.data, usedforsecurity=False).hexdigest(),
        "sha256": sha256(rendered.data),
    }
    columns: dict[str, Any] = {"document": original.document, **place}
    row, _is_new = Processed.objects.update_or_create(facts, **columns)
    return row
