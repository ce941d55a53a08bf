"""What can be done with a publication as a whole."""

from dataclasses import dataclass
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from imagehub.events.catalog import Kind
from imagehub.images import services as images
from imagehub.images.models import Image
from imagehub.lib.errors import UserNotFound
from imagehub.lib.transactions import write
from publications import finding, news, policies, tallies, words
from publications.models import LONGEST_DESCRIPTION, LONGEST_TITLE, Photo, Publication
from publications.services import photos


@dataclass(frozen=True)
class Draft:
    """What somebody wants to put up, as they wrote it."""

    title: str
    description: str = ""


class Changes(TypedDict, total=False):
    """What somebody wants otherwise, as they wrote it; what is not there stays."""

    title: str
    description: str


@write
def create(draft: Draft, *, owner: User, by: Actor) -> Publication:
    """Put up a publication without photos; it is counted and announced when this returns."""
    policies.require_may_create_for(by, owner)
    cleaned = _cleaned({"title": draft.title, "description": draft.description})
    # An account that is being erased takes nothing new along.
    if not User.objects.select_for_update().filter(pk=owner.pk).values_list("pk"):
        raise UserNotFound
    now = timezone.now()
    publication = Publication.objects.create(owner=owner, created_at=now, updated_at=now, **cleaned)
    tallies.added(publication)
    news.tell(Kind.PUBLICATION_CREATED, publication)
    return publication


@write
def change(public_id: str, changes: Changes, *, by: Actor) -> Publication:
    """Reword a publication; what says the same already is no news."""
    publication = finding.locked(public_id, by=by)
    fresh = {name: text for name, text in _cleaned(changes).items() if text != getattr(publication, name)}
    if fresh:
        for name, text in fresh.items():
            setattr(publication, name, text)
        publication.save(update_fields=[*fresh])
        images.relist(Image.objects.filter(photo__publication=publication))
        news.tell_change(Kind.PUBLICATION_UPDATED, publication)
    return publication


@write
def delete(public_id: str, *, by: Actor) -> None:
    """Remove a publication with its photos, rows and objects."""
    publication = finding.locked(public_id, by=by)
    photos.take_down(publication.photos.all())
    tallies.removed(publication)
    news.tell(Kind.PUBLICATION_DELETED, publication)
    publication.delete()


def erase(user: User) -> None:
    """Remove all publications of an account that is being deleted; part of that transaction, told to nobody."""
    own = Publication.objects.filter(owner=user)
    # Locked, so that no photo comes to one of them meanwhile.
    locked = list(own.select_for_update().order_by("pk").values_list("pk", flat=True))
    photos.take_down(Photo.objects.filter(publication__owner=user))
    if locked:
        tallies.forget(user)
        own.delete()


def _cleaned(said: Changes) -> Changes:
    cleaned: Changes = {}
    if "title" in said:
        cleaned["title"] = words.needed(
            said["title"], field="title", longest=LONGEST_TITLE, otherwise=_("Give it a title.")
        )
    if "description" in said:
        text = said["description"]
        cleaned["description"] = words.paragraphs(text, field="description", longest=LONGEST_DESCRIPTION)
    return cleaned
