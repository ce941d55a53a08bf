"""The way from an id in a request to a publication."""

from django.contrib.auth.models import AnonymousUser

from accounts.actors import Actor
from imagehub.lib import ids
from imagehub.lib.errors import PublicationNotFound
from publications import policies
from publications.models import Publication


def found(public_id: str, *, seen_by: Actor | AnonymousUser) -> Publication:
    """Return a publication with its owner; a hidden one is not there for strangers, as an invented one."""
    known = Publication.objects.visible_to(seen_by).select_related("owner")
    publication = known.filter(public_id=public_id).first() if ids.is_public_id(public_id) else None
    if publication is None:
        raise PublicationNotFound
    return publication


def writable(public_id: str, *, by: Actor) -> Publication:
    """Return a publication that `by` may change, or say why not."""
    publication = found(public_id, seen_by=by)
    policies.require_may_write(by, publication)
    return publication


def locked(public_id: str, *, by: Actor) -> Publication:
    """Return a publication that `by` may change and that nobody else changes until the transaction ends."""
    # The row is locked by itself first: with its owner it would lock whatever else this person does.
    if not ids.is_public_id(public_id) or not _lock(public_id):
        raise PublicationNotFound
    return writable(public_id, by=by)


def _lock(public_id: str) -> bool:
    return bool(Publication.objects.select_for_update().filter(public_id=public_id).values_list("pk").first())
