"""What was made of a picture."""

from typing import TypedDict

from imagehub.editor import policies
from imagehub.editor.items import Item, items
from imagehub.editor.models import Edit
from imagehub.editor.policies import Editor
from imagehub.lib import keyset
from imagehub.lib.numbers import number_of


class Page(TypedDict):
    """Some edits, the newest first, and where to go on."""

    items: list[Item]
    next: str | None


def page(image_id: str, *, cursor: str, limit: int, by: Editor) -> Page:
    """Return edits of an image that `by` may edit; three queries, and those for the titles."""
    parent = policies.image_seen_by(by, image_id)
    edits = Edit.objects.filter(parent=parent).with_images().order_by("-pk")
    number = number_of(cursor)
    if number is not None:
        edits = edits.filter(pk__lt=number)
    found = keyset.part(edits, limit + 1)
    rest = str(found[limit - 1].pk) if len(found) > limit else None
    return {"items": items(found[:limit]), "next": rest}
