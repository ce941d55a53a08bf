"""What can be done with the photos of a publication; at every moment they are as few, distinct and ordered as promised.

Everything here holds the publication locked, so that one request counts and compares after the other; the
constraints of the table stand behind that. Positions run from 0 without gaps.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from celery import current_app
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.quotas import quota_of
from imagehub.events.catalog import Kind
from imagehub.images import services as images
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.services import Stored, Visibility
from imagehub.lib.errors import DuplicateImage, ImageLimitReached, ImageNotFound, Invalid
from imagehub.lib.transactions import after_commit, write
from publications import finding, limits, listing, naming, news, words
from publications.models import LONGEST_ALT_TEXT, Photo, Publication

if TYPE_CHECKING:
    from django.db.models import QuerySet  # a name only: the text says what it holds

_ASIDE = 1_000_000  # further than any position: where photos wait while their places are given anew


def add(clean: Clean, public_id: str, *, by: Actor, alt_text: str = "") -> Photo:
    """Hang a judged picture last in a publication; it is durable and announced when this returns.

    DuplicateImage when the publication shows this picture already, whatever its file was like;
    ImageLimitReached when its owner's plan has no room for one more, here or at all.
    """
    publication = finding.writable(public_id, by=by)
    # Asked again under the lock; here it spares storing what can't stay.
    _room(publication, clean.content)
    draft = Photo(content=clean.content, alt_text=_described(alt_text))
    with images.stored(clean, key=naming.key(public_id, clean.format.extension)) as stored:
        return _added(draft, stored, public_id, by=by)


@write
def _added(draft: Photo, stored: Stored, public_id: str, *, by: Actor) -> Photo:
    publication = finding.locked(public_id, by=by)
    draft.slot, draft.allowance, draft.position = _room(publication, draft.content)
    draft.pk, draft.publication = None, publication
    draft.image = images.ingest(
        stored,
        owner=publication.owner,
        source=Source.PUBLICATION,
        quota=quota_of(publication.owner),
        visibility=Visibility.PRIVATE if publication.is_hidden else Visibility.PUBLIC,
    )
    draft.save(force_insert=True)
    news.tell_change(Kind.PUBLICATION_IMAGE_ADDED, publication, image=listing.photo_item(draft))
    after_commit(current_app.send_task, "publications.tasks.compare", [draft.pk], retry=False)
    return draft


@write
def remove(public_id: str, reference: str, *, by: Actor) -> int:
    """Take a photo away, row and object, and return how many are left; those behind it move up.

    It goes by its id or by its address.
    """
    publication = finding.locked(public_id, by=by)
    photo = _photo(publication, reference)
    item = listing.photo_item(photo)
    take_down(publication.photos.filter(pk=photo.pk))
    _close_gap(publication, photo.position)
    news.tell_change(Kind.PUBLICATION_IMAGE_REMOVED, publication, image=item)
    return publication.photos.count()


@write
def clear(public_id: str, *, by: Actor) -> None:
    """Take all photos away, rows and objects; the publication stays. Where there are none nothing happens."""
    publication = finding.locked(public_id, by=by)
    if take_down(publication.photos.all()):
        news.tell_change(Kind.PUBLICATION_IMAGES_CLEARED, publication)


@write
def reorder(public_id: str, image_ids: Sequence[str], *, by: Actor) -> Publication:
    """Put the photos in this order, the first as the cover; Invalid unless it names each of them once."""
    publication = finding.locked(public_id, by=by)
    present = dict(publication.photos.order_by("position").values_list("image__public_id", "pk"))
    if len(image_ids) != len(present) or set(image_ids) != set(present):
        raise Invalid(details={"images": [str(_("Name each image of the publication exactly once."))]})
    if list(image_ids) != list(present):
        _place(publication, [present[image_id] for image_id in image_ids])
        news.tell_change(Kind.PUBLICATION_IMAGES_REORDERED, publication)
    return publication


@write
def describe(public_id: str, reference: str, alt_text: str, *, by: Actor) -> Photo:
    """Say what a photo shows, for people who can't see it; what says the same already is no news."""
    publication = finding.locked(public_id, by=by)
    photo = _photo(publication, reference)
    cleaned = _described(alt_text)
    if cleaned != photo.alt_text:
        photo.alt_text = cleaned
        photo.save(update_fields=["alt_text"])
        images.relist(Image.objects.filter(pk=photo.image.pk))
        news.tell_change(Kind.PUBLICATION_UPDATED, publication, image=listing.photo_item(photo))
    return photo


def take_down(doomed: "QuerySet[Photo]") -> int:
    """Remove photos, rows and objects, within a transaction that holds their publications; return how many."""
    # Locked first, so that no other photo is noted meanwhile as resembling one of them.
    count = len(doomed.select_for_update().order_by("pk").values_list("pk"))
    bared = list(Image.objects.filter(photo__in=doomed))
    doomed.delete()
    images.discard(bared)
    return count


def _room(publication: Publication, content: str) -> tuple[int, int, int]:
    """Return slot, allowance and position for one more photo, or say why there can be none."""
    present = dict(publication.photos.values_list("content", "slot"))
    if content in present:
        raise DuplicateImage
    allowance = limits.photos_for(publication.owner.plan)
    if len(present) >= allowance:
        raise ImageLimitReached(details={"limit": allowance, "used": len(present)})
    taken = set(present.values())
    return next(slot for slot in range(allowance) if slot not in taken), allowance, len(present)


def _photo(publication: Publication, reference: str) -> Photo:
    named = publication.photos.filter(image__public_id=naming.image_id(reference))
    photo = named.select_related("image").first()
    if photo is None:
        raise ImageNotFound
    return photo


def _described(alt_text: str) -> str:
    return words.line(alt_text, field="altText", longest=LONGEST_ALT_TEXT)


def _close_gap(publication: Publication, position: int) -> None:
    # In two steps, because the constraint holds after each row.
    if publication.photos.filter(position__gt=position).update(position=F("position") + _ASIDE):
        publication.photos.filter(position__gte=_ASIDE).update(position=F("position") - _ASIDE - 1)


def _place(publication: Publication, order: Sequence[int]) -> None:
    places = [When(pk=pk, then=Value(_ASIDE + place)) for place, pk in enumerate(order)]
    publication.photos.update(position=Case(*places))
    publication.photos.update(position=F("position") - _ASIDE)
