"""Keeps a library in step with the images of its owner.

Uploads pay nothing for it: whatever is new or has changed is marked on the image (`is_listed`), whatever is gone
leaves an entry without an image, and whoever looks at the library catches up first. Images that are being written
at that moment are left for the next look.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import Model, QuerySet

from imagehub.api import shelves
from imagehub.api.shelves import Change
from imagehub.images import likeness
from imagehub.images.models import Image
from imagehub.images.services import relist
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.transactions import write
from imagehub.library import places, terms
from imagehub.library.models import LONGEST_TITLE, AlbumItem, Entry, Shelf
from imagehub.library.places import Shown

AT_ONCE = 500  # images that one look takes up; the rest is for the next one, or for the task
_NOTHING = Shown()
_NO_TITLES: Mapping[int, str] = {}


def catch_up(owner: Model) -> bool:
    """Bring somebody's library up to date, as far as one look goes; tell whether there was anything to do."""
    is_behind = Image.objects.unlisted().filter(owner_id=owner.pk).exists()
    if not is_behind and not Entry.objects.of(owner).filter(image__isnull=True).exists():
        return False
    _take_up(owner)
    return True


def entry_of(image: Image) -> Entry:
    """Return the entry of an image, which is shelved now if it was not; ImageNotFound if it is gone meanwhile."""
    entry = _up_to_date(image) or _shelved_alone(image)
    if entry is None:
        raise ImageNotFound
    return entry


def take_up(images: QuerySet[Image], owner: Model) -> None:
    """Shelve those of somebody's images that the library has not looked at since they changed."""
    if images.filter(is_listed=False).exists():
        _shelve_rest(images, owner)


def locked(owner: Model) -> Shelf:
    """Let nobody else change somebody's library until the transaction ends."""
    Shelf.objects.get_or_create(owner_id=owner.pk)
    return Shelf.objects.select_for_update().get(owner_id=owner.pk)


def shelve(shelf: Shelf, images: Sequence[Image], own_titles: Mapping[int, str] = _NO_TITLES) -> None:
    """Put locked images where they belong now, within a transaction that holds the shelf.

    What is new may be given titles, by the key of the image.
    """
    if not images:
        return
    told = places.shown(images)
    present = {entry.image_id: entry for entry in Entry.objects.filter(image__in=images)}
    called = {image: entry.title for image, entry in present.items()}
    entries = [present.get(image.pk) or _fresh(shelf, image, own_titles.get(image.pk, "")) for image in images]
    each = zip(entries, images, strict=True)
    changes = [_arranged(entry, image, told.get(image.pk, _NOTHING)) for entry, image in each]
    _write(shelf, entries)
    Image.objects.filter(pk__in=[image.pk for image in images]).update(is_listed=True)
    relist(places.named_after([entry.image_id for entry in entries if entry.title != called.get(entry.image_id, "")]))
    shelves.rearrange(terms.shelf_of(shelf.owner_id), changes)


def clear_away(shelf: Shelf, entries: Iterable[Entry]) -> None:
    """Forget entries, within a transaction that holds the shelf."""
    gone = list(entries)
    if not gone:
        return
    albums: dict[int, set[str]] = {}
    for entry, album in AlbumItem.objects.filter(entry__in=gone).values_list("entry", "album__public_id"):
        albums.setdefault(entry, set()).add(terms.of_album(album))
    changes = [Change(entry.number, lose=kept(entry) | albums.get(entry.pk, set())) for entry in gone]
    shelves.rearrange(terms.shelf_of(shelf.owner_id), changes)
    Entry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()


def kept(entry: Entry) -> set[str]:
    """Return what an entry stands under."""
    return terms.told(entry.terms)


def _up_to_date(image: Image) -> Entry | None:
    rows = Entry.objects.filter(image=image, image__is_listed=True)
    return rows.with_images().select_related("owner").first()


@write
def _shelved_alone(image: Image) -> Entry | None:
    shelve(locked(image.owner), list(Image.objects.select_for_update().filter(pk=image.pk)))
    return _up_to_date(image)


@write
def _shelve_rest(images: QuerySet[Image], owner: Model) -> None:
    shelf = locked(owner)
    shelve(shelf, list(images.select_for_update().filter(is_listed=False).order_by("pk")))


@write
def _take_up(owner: Model) -> None:
    """Clear away what is gone and shelve what is new or has changed, the oldest first."""
    shelf = locked(owner)
    clear_away(shelf, Entry.objects.of(owner).filter(image__isnull=True).order_by("number")[:AT_ONCE])
    skip = connection.features.has_select_for_update_skip_locked
    rows = Image.objects.unlisted().select_for_update(skip_locked=skip).filter(owner_id=owner.pk)
    shelve(shelf, list(rows.order_by("pk")[:AT_ONCE]))


def _fresh(shelf: Shelf, image: Image, own_title: str) -> Entry:
    """Return an entry with the next number and a time that is not before that of the last one."""
    shelf.last += 1
    shelf.last_at = max(shelf.last_at or image.created_at, image.created_at)
    bands = {} if image.likeness is None else likeness.bands(image.likeness)
    fixed = {"created_at": shelf.last_at, "likeness": image.likeness, "own_title": own_title}
    return Entry(owner_id=shelf.owner_id, number=shelf.last, image=image, **fixed, **bands)


def _arranged(entry: Entry, image: Image, told: Shown) -> Change:
    before = kept(entry)
    entry.title = entry.own_title or told.title[:LONGEST_TITLE]
    # Nothing hides in the bin: it would be gone one day without having been seen.
    after = set() if told.is_hidden and not entry.is_binned else terms.of(entry, image, told)
    entry.terms = "\n".join(sorted(after))
    return Change(entry.number, lose=before - after, gain=after - before)


def _write(shelf: Shelf, entries: Sequence[Entry]) -> None:
    old = [entry for entry in entries if entry.pk is not None]
    Entry.objects.bulk_create([entry for entry in entries if entry.pk is None])
    Entry.objects.bulk_update(old, ["title", "terms"])
    shelf.save(update_fields=["last", "last_at"])
