"""Revisions in albums and behind links: what stands for a picture in the library stands for it there too."""

from typing import TYPE_CHECKING

from django.db.models import Model, Q

from imagehub.api import shelves
from imagehub.api.shelves import Change
from imagehub.editor import revisions
from imagehub.lib.transactions import write
from imagehub.library import places, shelving, terms
from imagehub.library.models import Album, AlbumItem, Entry, LinkItem

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from imagehub.library.models.albums import Placed  # names only, as above


def catch_up(owner: Model) -> None:
    """Bring somebody's library, albums and links up to date with their images; four queries when they are."""
    shelving.catch_up(owner)
    if _heirs(owner):
        follow(owner)


@write
def follow(owner: Model) -> None:
    """Let what stands for a picture in the library as it is now take that one's places in albums and links."""
    shelving.locked(owner)
    for entry, heir in _heirs(owner):
        for item in AlbumItem.objects.filter(entry=entry).select_related("album"):
            _replace_in_album(item, entry, heir)
        for link_item in LinkItem.objects.filter(entry=entry):
            others = LinkItem.objects.filter(link=link_item.link_id, entry=heir)
            _replace(link_item, heir, is_there=others.exists())


def _replace_in_album(item: AlbumItem, entry: Entry, heir: Entry) -> None:
    term, shelf = terms.of_album(item.album.public_id), terms.shelf_of(entry.owner_id)
    shelves.rearrange(shelf, [Change(entry.number, lose=[term]), Change(heir.number, gain=[term])])
    _replace(item, heir, is_there=AlbumItem.objects.filter(album=item.album_id, entry=heir).exists())
    Album.objects.filter(pk=item.album_id, cover=entry).update(cover=heir)


def _replace(item: AlbumItem | LinkItem, heir: Entry, *, is_there: bool) -> None:
    if is_there:
        item.delete()
    else:
        item.entry = heir
        item.save(update_fields=["entry"])


def _heirs(owner: Model) -> list[tuple[Entry, Entry]]:
    """Return what is hidden behind another picture, or was in its place and is in the bin now, with that one."""
    hidden = _hidden_in(AlbumItem.objects.filter(album__owner_id=owner.pk))
    hidden |= _hidden_in(LinkItem.objects.filter(link__owner_id=owner.pk))
    heirs = revisions.standing_for(hidden, among=places.outside_the_bin()) if hidden else {}
    rows = Entry.objects.of(owner).filter(image__public_id__in=heirs.values(), binned_at=None, terms__gt="")
    shown = {entry.image.public_id: entry for entry in rows.select_related("image") if entry.image}
    return [(entry, shown[heirs[image_id]]) for image_id, entry in hidden.items() if heirs.get(image_id) in shown]


def _hidden_in(items: "QuerySet[Placed]") -> dict[str, Entry]:
    """Return the entries that stand there behind others, and revisions in the bin, by their images."""
    behind = Q(entry__terms="", entry__binned_at=None)
    binned = Q(entry__binned_at__isnull=False, entry__image__edit__is_revision=True)
    rows = items.filter(behind | binned, entry__image__isnull=False)
    return {item.entry.picture.public_id: item.entry for item in rows.select_related("entry__image")}
