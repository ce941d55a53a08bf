"""Says what has changed in a library."""

from collections.abc import Iterable

from imagehub.events import audience, outbox
from imagehub.events.audience import HasKey
from imagehub.events.catalog import Kind
from imagehub.images.models import Image


def added(owner: HasKey, images: Iterable[Image]) -> None:
    """Announce images that are in the library now, in the caller's transaction."""
    _announce(Kind.LIBRARY_ADDED, owner, images)


def deleted(owner: HasKey, images: Iterable[Image]) -> None:
    """Announce images that are no longer there, but in the bin or nowhere, in the caller's transaction."""
    _announce(Kind.LIBRARY_DELETED, owner, images)


def _announce(kind: Kind, owner: HasKey, images: Iterable[Image]) -> None:
    for image in images:
        facts = {"image_id": image.public_id, "source": image.source}
        outbox.record(kind, audience=audience.user(owner), data=facts)
