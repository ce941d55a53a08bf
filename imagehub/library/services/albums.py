"""Albums: choosing images of a library and putting them in order.

Everything here holds the library locked, so that one request counts after the other and no image goes meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from imagehub.api import shelves
from imagehub.api.shelves import Change
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.images.models import Image
from imagehub.lib.bounds import named, require_room
from imagehub.lib.errors import ImageNotFound, Invalid
from imagehub.lib.transactions import write
from imagehub.library import albums, shelving, terms
from imagehub.library.models import LONGEST_NAME, Album, AlbumItem, Entry
from imagehub.library.policies import Asking

MOST_ALBUMS = 500
MOST_ITEMS = 5000  # in one album
GAP = 1024  # between two places, so that images can be put in between


@write
def create(name: str, *, owner: Model) -> Album:
    """Make an empty album in somebody's own library."""
    shelving.locked(owner)
    require_room(Album.objects.filter(owner_id=owner.pk).count() + 1, MOST_ALBUMS)
    fresh = Album.objects.create(owner_id=owner.pk, name=named(name, LONGEST_NAME))
    tell(Kind.ALBUM_CREATED, fresh)
    return fresh


@write
def gather(name: str, image_ids: Sequence[str], *, owner: Model) -> Album:
    """Make an album of images that show in somebody's own library; none where one of them does not."""
    album = create(name, owner=owner)
    _put(album, chosen(owner, image_ids))
    return album


@write
def change(album_id: str, wanted: Mapping[str, str], *, by: Asking) -> Album:
    """Give an album another `name`, another `cover` (an image in it, or nothing for its first), or both."""
    album = locked(album_id, by=by)
    before = (album.name, album.cover_id)
    if "name" in wanted:
        album.name = named(wanted["name"], LONGEST_NAME)
    if "cover" in wanted:
        album.cover = _cover(album, wanted["cover"])
    if (album.name, album.cover_id) != before:
        album.save(update_fields=["name", "cover"])
        touch(album)
    return album


@write
def delete(album_id: str, *, by: Asking) -> None:
    """Delete an album with every link to it; its images stay in the library."""
    album = locked(album_id, by=by)
    _shelve(album, album.items.values_list("entry__number", flat=True), lose=[terms.of_album(album.public_id)])
    tell(Kind.ALBUM_DELETED, album)
    album.delete()


@write
def add(album_id: str, image_ids: Sequence[str], *, by: Asking) -> Album:
    """Put images of the same library last, all or none; one that is there already stays where it is."""
    album = locked(album_id, by=by)
    _put(album, chosen(album.owner, image_ids))
    return album


@write
def remove(album_id: str, image_ids: Sequence[str], *, by: Asking) -> Album:
    """Take images out of an album, as far as they are in it; they stay in the library."""
    album = locked(album_id, by=by)
    found = dict(album.items.filter(entry__image__public_id__in=image_ids).values_list("entry_id", "entry__number"))
    if found:
        album.items.filter(entry__in=found).delete()
        _shelve(album, found.values(), lose=[terms.of_album(album.public_id)])
        if album.cover_id in found:
            album.cover = None
            album.save(update_fields=["cover"])
        touch(album)
    return album


@write
def move(album_id: str, image_ids: Sequence[str], before: str, *, by: Asking) -> Album:
    """Put images of an album, in the order given, right before another one of it, or last before nothing."""
    album = locked(album_id, by=by)
    items = _placed(album)
    wanted = dict.fromkeys(image_ids)
    if before in wanted:
        raise Invalid(details={"before": [_("An image can't come before itself.")]})
    if not wanted.keys() | ({before} if before else set()) <= items.keys():
        raise ImageNotFound
    rest = [item for image_id, item in items.items() if image_id not in wanted]
    at = rest.index(items[before]) if before else len(rest)
    around, moved = (rest[:at], rest[at:]), [items[one] for one in wanted]
    if [*around[0], *moved, *around[1]] != list(items.values()):
        _settle(*around, moved)
        touch(album)
    return album


def locked(album_id: str, *, by: Asking) -> Album:
    """Return an album that `by` may change, as it is now that nobody else can change it or the library behind it."""
    shelving.locked(albums.seen_by(by, album_id).owner)
    return albums.seen_by(by, album_id)


def chosen(owner: Model, image_ids: Sequence[str]) -> list[Entry]:
    """Return entries that show in a library, in the order asked for; ImageNotFound if one does not."""
    wanted = list(dict.fromkeys(image_ids))
    shelving.take_up(Image.objects.filter(owner_id=owner.pk, public_id__in=wanted), owner)
    rows = Entry.objects.of(owner).filter(image__public_id__in=wanted, binned_at=None).exclude(terms="")
    known = {entry.image.public_id: entry for entry in rows.select_related("image") if entry.image}
    if len(known) != len(wanted):
        raise ImageNotFound
    return [known[image_id] for image_id in wanted]


def touch(album: Album) -> None:
    """Remember and say that something about an album is new."""
    album.updated_at = timezone.now()
    album.save(update_fields=["updated_at"])
    tell(Kind.ALBUM_CHANGED, album)


def tell(kind: Kind, album: Album) -> None:
    """Say what happened to an album; its name and images are asked for by whoever wants them."""
    facts = {"album_id": album.public_id, "user_id": album.owner.public_id}
    outbox.record(kind, audience=audience.user(album.owner), data=facts)


def _put(album: Album, entries: Iterable[Entry]) -> None:
    present = set(album.items.values_list("entry_id", flat=True))
    fresh = [entry for entry in entries if entry.pk not in present]
    require_room(len(present) + len(fresh), MOST_ITEMS)
    if fresh:
        last = album.items.aggregate(last=Max("position"))["last"] or 0
        places = range(last + GAP, last + GAP * (len(fresh) + 1), GAP)
        each = zip(places, fresh, strict=True)
        AlbumItem.objects.bulk_create(AlbumItem(album=album, entry=entry, position=place) for place, entry in each)
        _shelve(album, (entry.number for entry in fresh), gain=[terms.of_album(album.public_id)])
        touch(album)


def _cover(album: Album, image_id: str) -> Entry | None:
    if not image_id:
        return None
    item = album.items.live().filter(entry__image__public_id=image_id).select_related("entry").first()
    if item is None:
        raise ImageNotFound
    return item.entry


def _placed(album: Album) -> dict[str, AlbumItem]:
    """Return all that is in an album by its image, as much of it as places are about."""
    rows = album.items.filter(entry__image__isnull=False).in_order()
    columns = rows.values_list("pk", "position", "entry__image__public_id")
    return {image_id: AlbumItem(pk=pk, position=position) for pk, position, image_id in columns}


def _settle(before: list[AlbumItem], after: list[AlbumItem], moved: list[AlbumItem]) -> None:
    """Give moved items places between others, or all of them new ones where there is no room."""
    room = GAP * (len(moved) + 1)
    low = before[-1].position if before else (after[0].position if after else 0) - room
    high = after[0].position if after else low + room
    step = (high - low) // (len(moved) + 1)
    order, first = (moved, low + step) if step else ([*before, *moved, *after], GAP)
    for number, item in enumerate(order):
        item.position = first + number * (step or GAP)
    AlbumItem.objects.bulk_update(order, ["position"], batch_size=500)


def _shelve(album: Album, numbers: Iterable[int], *, lose: Sequence[str] = (), gain: Sequence[str] = ()) -> None:
    changes = [Change(number, lose=lose, gain=gain) for number in numbers]
    shelves.rearrange(terms.shelf_of(album.owner_id), changes)
