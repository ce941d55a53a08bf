"""Documents that were harvested, put together without fetching anything."""

import hashlib
import io

from django.utils import timezone
from PIL import Image

from harvester import metadata, naming
from harvester.models import Document, Harvested, address_of
from imagehub.images import storage

HOME = "shop/hotels/a-hotel-sol"


def picture(
    colour: str = "teal", form: str = "JPEG", size: tuple[int, int] = (640, 480), orientation: int = 1
) -> bytes:
    """Draw a file as it may come from anywhere."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, "CANARY"
    Image.new("RGB", size, colour).save(file, form, **({"exif": exif} if form in {"JPEG", "WEBP", "PNG"} else {}))
    return file.getvalue()


def document(document_id: str = "a", label: str = "Hotel Sol", **place: str) -> Document:
    """Record a document; `database` and `collection` are shop and hotels unless said."""
    where = {"database": "shop", "collection": "hotels", **place}
    return Document.objects.create(
        address=address_of(where["database"], where["collection"], document_id),
        folder=naming.folder(document_id, label),
        document_id=document_id,
        label=label,
        **where,
    )


def harvest(
    owner: Document, data: bytes, *, number: int = 1, extension: str = "jpg", content_type: str = "image/jpeg"
) -> Harvested:
    """Keep a file as the workers do: bytes, row and `metadata.json`."""
    name = naming.filename(number, extension)
    key = naming.original(naming.home(owner.database, owner.collection, owner.folder), name)
    storage.replace(key, data)
    url = f"http://pictures.example/{number}.jpg"
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
    facts = {
        "key": key,
        "filename": name,
        "content_type": content_type,
        "width": width,
        "height": height,
        "size": len(data),
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "downloaded_at": timezone.now(),
        "outcome": "downloaded",
    }
    row, _is_new = Harvested.objects.update_or_create(
        facts, document=owner, number=number, url=url, address=address_of(url)
    )
    metadata.write(owner)
    return row
