"""The end of a library, with the account it belongs to."""

from django.db.models import Model

from imagehub.api import shelves
from imagehub.library import terms
from imagehub.library.models import Batch, Entry, Part, Shelf


def erase(owner: Model) -> None:
    """Forget the library of an account that is being deleted; part of that transaction, told to nobody."""
    Part.objects.filter(batch__owner_id=owner.pk).delete()
    Batch.objects.filter(owner_id=owner.pk).delete()
    Entry.objects.of(owner).delete()
    Shelf.objects.filter(owner_id=owner.pk).delete()
    shelves.clear(terms.shelf_of(owner.pk))
