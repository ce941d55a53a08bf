"""Harvested pictures that somebody wants among their own."""

from accounts.models import User
from harvester import files
from harvester.models import Document
from imagehub.images import storage
from imagehub.library import services as library


def adopt(document: Document, file_name: str, *, by: User) -> str:
    """Keep a copy of a picture of a document in a library, called as the document is; return the image's id.

    The harvest stays as it is. ImageNotFound for what the document has no file of.
    """
    kept = files.found(document, f"original/{file_name}")
    title = document.label or document.document_id
    return str(library.adopt(storage.read(kept.key), title, by=by).picture.public_id)
