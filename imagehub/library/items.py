"""Images of a library as clients see them."""

from typing import Any, TypedDict

from imagehub.editor.models import Edit
from imagehub.images.links import shown_url
from imagehub.lib.times import told
from imagehub.library.models import Batch, Entry, Part, State


class Item(TypedDict):
    """An image, spelled as clients know it."""

    id: str
    source: str
    url: str
    width: int
    height: int
    size: int
    contentType: str
    origin: str
    title: str
    createdAt: str
    parent: str | None
    recipe: list[dict[str, Any]] | None


class Failure(TypedDict):
    """An image of a batch that nothing came of."""

    image: str
    code: str


class Progress(TypedDict):
    """How far a batch is."""

    id: str
    state: str
    total: int
    done: int
    failed: list[Failure]
    made: list[str]
    stilled: list[str]
    createdAt: str
    finishedAt: str | None


def item(entry: Entry) -> Item:
    """Return an entry that was read with its image; no query."""
    image = entry.picture
    edit = getattr(image, "edit", None)
    return {
        "id": image.public_id,
        "source": image.source,
        "url": shown_url(image),
        "width": image.width,
        "height": image.height,
        "size": image.size,
        "contentType": image.content_type,
        "origin": image.origin,
        "title": entry.title,
        "createdAt": told(image.created_at),
        "parent": edit.parent_id_told if edit else None,
        "recipe": edit.recipe if edit else None,
    }


def items(entries: list[Entry]) -> list[Item]:
    """Return entries, without those whose image is gone meanwhile."""
    return [item(entry) for entry in entries if entry.image is not None]


def progress(batch: Batch) -> Progress:
    """Return how far a batch is; two queries."""
    parts = list(Part.objects.filter(batch=batch).order_by("position"))
    failed: list[Failure] = [
        {"image": part.image_id_told, "code": part.code} for part in parts if part.state == State.FAILED
    ]
    made = [part.made_id_told for part in parts if part.state == State.DONE]
    return {
        "id": batch.public_id,
        "state": batch.state,
        "total": len(parts),
        "done": len(made),
        "failed": failed,
        "made": made,
        "stilled": _stilled(made),
        "createdAt": told(batch.created_at),
        "finishedAt": told(batch.finished_at) if batch.finished_at else None,
    }


def _stilled(made: list[str]) -> list[str]:
    """Return which edits stand still although their originals move."""
    edits = Edit.objects.filter(image__public_id__in=made, image__frames=1, parent__frames__gt=1)
    moved = set(edits.values_list("image__public_id", flat=True)) if made else set()
    return [image for image in made if image in moved]
