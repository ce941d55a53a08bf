"""Names of images, the recycle bin, and the end of what lies in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.editor import revisions
from imagehub.editor.models import Edit
from imagehub.images import services as images
from imagehub.images.focus import set_focus
from imagehub.images.models import Image, Source
from imagehub.lib import origin
from imagehub.lib.errors import Conflict, ImageNotFound
from imagehub.lib.text import one_line
from imagehub.lib.transactions import write
from imagehub.library import places, policies, shelving
from imagehub.library.models import LONGEST_TITLE, Entry, Shelf
from imagehub.library.places import Shown
from imagehub.library.policies import Asking
from imagehub.library.services import news, succession

OWN = frozenset({Source.LIBRARY, Source.EDIT, Source.HARVESTED})  # sources of images that nothing else relies on
_BATCH = 500


@write
def bin(image_ids: Collection[str], *, by: Asking) -> list[Entry]:  # noqa: A001  # the library's word for it
    """Move images to the recycle bin, all or none; what lies there already stays as long as it would have.

    Conflict, with the places, when any of them is used elsewhere.
    """
    return _moved(_own(image_ids, by), timezone.now())


@write
def restore(image_ids: Collection[str], *, by: Asking) -> list[Entry]:
    """Take images out of the recycle bin, all or none; what is not in it needs nothing."""
    return _moved(policies.images_kept_by(by, image_ids), None)


@write
def remove(image_ids: Collection[str], *, by: Asking) -> None:
    """Remove images for good, wherever in the library they are; Conflict when any of them is used elsewhere."""
    for owner, theirs in _by_owner(_own(image_ids, by)):
        _remove(owner, Q(pk__in=theirs))


@write
def remove_binned(image_ids: Collection[str], *, by: Asking) -> int:
    """Remove those of these images for good that are in the recycle bin, none restored meanwhile; tell how many."""
    each = _by_owner(_own(image_ids, by))
    return sum(_remove(owner, Q(pk__in=theirs, entry__binned_at__isnull=False)) for owner, theirs in each)


@write
def empty(owner: Model, before: datetime) -> int:
    """Remove what has lain in somebody's bin since before a moment, a batch of it; tell how many that was."""
    overdue = Entry.objects.of(owner).binned_before(before).exclude(image=None)
    return _remove(owner, Q(entry__in=list(overdue.values_list("pk", flat=True)[:_BATCH]), entry__binned_at__lt=before))


@write
def retitle(image_id: str, title: str, *, by: Asking) -> Entry:
    """Call an image something else in the library; without a title it goes by what its surface says."""
    image = policies.image_kept_by(by, image_id)
    own_title = one_line(title)[:LONGEST_TITLE]
    shelf = shelving.locked(image.owner)
    Entry.objects.filter(image=image).update(own_title=own_title)
    shelving.shelve(shelf, _held(Q(pk=image.pk)), own_titles={image.pk: own_title})
    return shelving.entry_of(image)


@write
def change(image_id: str, changes: Mapping[str, Any], *, by: Asking) -> Entry:
    """Change the `title` or the `focus` of an image, or both or neither."""
    # In this order, which is that of the locks.
    if "title" in changes:
        retitle(image_id, changes["title"], by=by)
    if "focus" in changes:
        place = changes["focus"]
        set_focus(image_id, (place["x"], place["y"]) if place else None, by=by)
    return shelving.entry_of(policies.image_kept_by(by, image_id))


def _own(image_ids: Collection[str], by: Asking) -> list[Image]:
    chosen = policies.images_kept_by(by, image_ids)
    foreign = [image for image in chosen if image.source not in OWN]
    if foreign:
        told = places.of_surfaces(foreign)
        used = [_place(image, told.get(image.pk, Shown())) for image in foreign]
        raise Conflict(_("This image is used elsewhere. Remove it there."), details={"usedBy": used})
    return chosen


def _place(image: Image, told: Shown) -> dict[str, str]:
    page = origin.absolute(told.page) if told.page else ""
    return {"id": image.public_id, "source": image.source, "title": told.title, "url": page}


def _moved(chosen: list[Image], binned_at: datetime | None) -> list[Entry]:
    for owner, theirs in _by_owner(chosen):
        _move(owner, theirs, binned_at)
    moved = list(Entry.objects.filter(image__in=chosen).with_images().order_by("-number"))
    if len(moved) < len(chosen):  # somebody has removed one meanwhile
        raise ImageNotFound
    return moved


def _move(owner: Model, theirs: list[int], binned_at: datetime | None) -> None:
    """Move those of somebody's images that are on the other side."""
    shelf = shelving.locked(owner)
    shelving.shelve(shelf, _held(Q(pk__in=theirs, is_listed=False)))
    crossing = Entry.objects.filter(image__in=theirs, binned_at__isnull=binned_at is not None)
    moved = _held(Q(pk__in=list(crossing.values_list("image", flat=True))))
    crossing.update(binned_at=binned_at)
    shelving.shelve(shelf, moved)
    _hand_over(shelf, moved)
    announce = news.deleted if binned_at else news.added
    announce(owner, moved)


def _remove(owner: Model, which: Q) -> int:
    """Remove images of somebody's that are so once nobody else can change them."""
    shelf = shelving.locked(owner)
    doomed = _held(which)
    Entry.objects.filter(image__in=doomed, binned_at=None).update(binned_at=timezone.now())
    _hand_over(shelf, doomed)
    news.deleted(owner, doomed)
    shelving.clear_away(shelf, Entry.objects.filter(image__in=doomed))
    images.discard(doomed)
    return len(doomed)


def _hand_over(shelf: Shelf, moved: Collection[Image]) -> None:
    """Let the pictures behind revisions that come or go lose or have their places, in albums and links as well."""
    edits = list(Edit.objects.filter(image__in=moved, is_revision=True))
    if edits:
        shelving.shelve(shelf, _held(Q(pk__in=list(revisions.family(edits).values_list("pk", flat=True)))))
        succession.follow(shelf.owner)


def _held(which: Q) -> list[Image]:
    return list(Image.objects.select_for_update().filter(which).order_by("pk"))


def _by_owner(chosen: Iterable[Image]) -> Iterator[tuple[Model, list[int]]]:
    """Yield each owner, in one order everywhere, with the keys of their images."""
    for owner, theirs in groupby(sorted(chosen, key=lambda image: (image.owner_id, image.pk)), lambda one: one.owner):
        yield owner, [image.pk for image in theirs]
