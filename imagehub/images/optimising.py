"""The same picture in fewer bytes, and putting it in the place of the one that is stored."""

from dataclasses import replace

from imagehub.images import decoders, quotas, reaper
from imagehub.images.models import Image
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.quotas import Amount
from imagehub.images.services import Stored
from imagehub.lib.digests import sha256
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.transactions import write


def smaller(clean: Clean) -> Clean:
    """Return a PNG in fewer bytes with the very same pixels, profile and marks; itself where that is not possible.

    Raises `Throttled` when all decoders are busy for long.
    """
    data = _shrunk(clean.data) if clean.format is Format.PNG else b""
    return replace(clean, data=data, digest=sha256(data)) if data else clean


def _shrunk(data: bytes) -> bytes:
    try:
        return decoders.shrink(data)
    except Refusal:  # it took too much time or memory: what there is will do
        return b""


@write
def switch(image: Image, stored: Stored) -> None:
    """Let an image be the object that shows the same in fewer bytes; the former object goes after the commit."""
    locked = Image.objects.select_for_update().filter(pk=image.pk).first()
    if locked is None:
        raise ImageNotFound
    former, locked.key = locked.key, stored.key
    saved = locked.size - len(stored.clean.data)
    locked.digest, locked.size = stored.clean.digest, len(stored.clean.data)
    locked.save(update_fields=["key", "digest", "size"])
    quotas.release([Amount(locked.owner_id, saved, files=0)])
    reaper.bury([former])
