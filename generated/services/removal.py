"""The end of images: row, object, history and every trace on the shelf."""

from datetime import datetime

from accounts.actors import Actor, Service
from accounts.models import User
from generated import terms
from generated.models import Board, Generated, StatusChange
from generated.services import keeping
from imagehub.api import shelves
from imagehub.events.catalog import Kind
from imagehub.images import services as images
from imagehub.images.models import Image
from imagehub.lib.transactions import write

RETENTION = Service("retention", frozenset())


@write
def delete(image_id: str, *, by: Actor) -> None:
    """Remove an image for good, from the library or from the recycle bin; its object goes after the commit."""
    _remove(keeping.locked(image_id, by=by))


@write
def expire(image_id: str, before: datetime, *, by: Actor) -> None:
    """Remove an image for good if it still lies in the recycle bin since before a moment."""
    generated = keeping.locked(image_id, by=by)
    if generated.deleted_at and generated.deleted_at < before:
        _remove(generated)


def erase(user: User) -> None:
    """Remove the library of an account that is being deleted; part of that transaction, told to nobody."""
    doomed = list(Image.objects.filter(generated__owner=user))
    Board.objects.filter(owner=user).delete()
    StatusChange.objects.filter(generated__owner=user).delete()
    Generated.objects.of(user).delete()
    shelves.clear(terms.shelf_of(user.pk))
    images.discard(doomed)


def _remove(generated: Generated) -> None:
    shelves.change(terms.shelf_of(generated.owner.pk), generated.number, lose=terms.of(generated))
    keeping.announce(Kind.IMAGE_DELETED, generated)
    generated.delete()
    images.discard([generated.image])
