"""The same picture in fewer bytes, and putting it in the place of the one that is stored."""

import io
from dataclasses import replace

import oxipng
from PIL import Image as Pillow

from imagehub.images import quotas, reaper
from imagehub.images.models import Image
from imagehub.images.pipeline import content
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.quotas import Amount
from imagehub.images.services import Stored
from imagehub.lib.digests import sha256
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.transactions import write

LEVEL = 1  # higher ones cost twice as much for one more per cent
SECONDS = 20  # after which the best so far is taken


def smaller(clean: Clean) -> Clean:
    """Return a PNG in fewer bytes with the very same pixels, profile and marks; itself where that is not possible."""
    if clean.format is not Format.PNG:
        return clean
    data = oxipng.optimize_from_memory(clean.data, level=LEVEL, timeout=SECONDS)
    if len(data) >= len(clean.data) or _shown(data) != _shown(clean.data):
        return clean
    return replace(clean, data=data, digest=sha256(data))


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


def _shown(data: bytes) -> str:
    with Pillow.open(io.BytesIO(data)) as image:
        return content.digest(image)
