"""Keeping what was made of an image: its object first, then its row, once, whoever is faster."""

import re
from contextlib import ExitStack

from imagehub.images import shelf, storage
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.render import Rendered
from imagehub.images.storage import ObjectMissing
from imagehub.lib import ids
from imagehub.lib.digests import sha256
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.prepared import Prepared
from imagehub.lib.transactions import write

_NOT_IN_KEYS = re.compile(r"[;:]")
_locked = Prepared(lambda: Image.objects.select_for_update().filter(public_id="id").values_list("focus_x", "focus_y"))


class Outdated(Exception):  # a fact rather than a fault
    """What a cut of the image has to keep is not what it was when this was made."""


def original(image: Image) -> bytes:
    """Read an image; look again when its object goes meanwhile because a smaller one takes its place."""
    try:
        return storage.read(image.key)
    except ObjectMissing:
        now = next(iter(Image.objects.filter(pk=image.pk).exclude(key=image.key)[:1]), None)
        if now is None:
            raise
        return storage.read(now.key)


def keep(image: Image, label: str, rendered: Rendered) -> Rendition:
    """Store what was made, or drop it for that of whoever was faster.

    ImageNotFound for an image that is gone, Outdated for one whose focus was set meanwhile.
    """
    extension = rendered.format.extension
    key = f"renditions/{image.public_id}/{_NOT_IN_KEYS.sub('_', label)}-{ids.object_id()}.{extension}"
    storage.put(key, rendered.data)
    with ExitStack() as undo:
        undo.callback(storage.delete, key)
        kept = _settled(image, f"{label}.{extension}", key, rendered)
        if kept.key == key:
            undo.pop_all()
    return kept


@write
def _settled(image: Image, file_name: str, key: str, rendered: Rendered) -> Rendition:
    """Write the row, or return that of whoever was faster."""
    # The lock makes makers queue, and keeps a deletion, or a new focus, from missing what is made meanwhile.
    focus = next(_locked.rows(image.public_id), None)
    if focus is None:
        raise ImageNotFound
    if focus != (image.focus_x, image.focus_y):
        raise Outdated
    present = shelf.ALL.find(image.public_id, [file_name]).get(file_name)
    return present or Rendition.objects.create(
        image=image,
        name=file_name,
        key=key,
        digest=sha256(rendered.data),
        content_type=rendered.format.content_type,
        width=rendered.width,
        height=rendered.height,
        size=len(rendered.data),
    )
