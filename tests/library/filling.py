"""Libraries of any size, filled without uploading anything."""

import io
import os
import random
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from PIL import Image as Pillow

from accounts.models import User
from imagehub.images.models import Image, Source
from imagehub.lib.digests import sha256
from imagehub.library import shelving

SHAPES = [(120, 80), (80, 120), (96, 96), (128, 72), (72, 128), (240, 80), (100, 75)]
COLOURS = ["#c0392b", "#2e86c1", "#27ae60", "#f4d03f", "#34495e", "#af7ac5", "#e59866", "#17a589"]
_BATCH = 10_000


def drawn(size: tuple[int, int], colour: str) -> bytes:
    """Draw a plain picture."""
    file = io.BytesIO()
    Pillow.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def fill(owner: User, count: int, *, days: float = 900) -> None:
    """Give somebody so many pictures, spread evenly over the last days; equal ones share their bytes on the disk."""
    dice = random.Random(1)  # noqa: S311  # shapes, not secrets
    prototypes = [(size, colour, drawn(size, colour)) for size in SHAPES for colour in COLOURS]
    files = [(size, colour, data, _kept(owner, data)) for size, colour, data in prototypes]
    since = timezone.now() - timedelta(days=days)
    images = []
    for number in range(count):
        (width, height), colour, data, path = dice.choice(files)
        key = f"library/{owner.public_id}/{number:06}.jpg"
        os.link(path, Path(default_storage.path(key)))
        images.append(
            Image(
                owner=owner,
                source=Source.LIBRARY,
                key=key,
                digest=sha256(data),
                content_type="image/jpeg",
                width=width,
                height=height,
                size=len(data),
                colour=colour,
                created_at=since + timedelta(days=days * number / count),
            )
        )
    _shelve(owner, images)


def _kept(owner: User, data: bytes) -> Path:
    key = f"library/{owner.public_id}/{sha256(data)}.jpg"
    default_storage.put(key, data)  # type: ignore[attr-defined]  # what our own storage has besides
    return Path(default_storage.path(key))


def _shelve(owner: User, images: list[Image]) -> None:
    for start in range(0, len(images), _BATCH):
        Image.objects.bulk_create(images[start : start + _BATCH])
        with transaction.atomic():
            shelving.shelve(shelving.locked(owner), images[start : start + _BATCH])
