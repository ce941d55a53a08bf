"""Revisions in albums and behind links: what stands for a picture in the library stands for it there too."""

from typing import TYPE_CHECKING, cast

from django.db.models import Model, Q

from imagehub.api import shelves
from imagehub.api.shelves import Change
from imagehub.editor.models import Edit
from imagehub.lib.transactions import write
from imagehub.library import shelving, terms
from imagehub.library.models import Album, AlbumItem, Entry, LinkItem

if TYPE_CHECKING:
    from imagehub.images.models import Image  # a name only


def catch_up(owner: Model) -> None:
    """Bring somebody's library, albums and links up to date with their images; three queries when they are."""
    shelving.catch_up(owner)
    if _heirs(owner):
        _follow(owner)


@write
def _follow(owner: Model) -> None:
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
    """Return what is hidden behind another picture of its family, with that one."""
    used = Q(pk__in=AlbumItem.objects.filter(album__owner_id=owner.pk).values("entry"))
    used |= Q(pk__in=LinkItem.objects.filter(link__owner_id=owner.pk).values("entry"))
    hidden = Entry.objects.of(owner).filter(used, terms="", binned_at=None, image__isnull=False)
    families = {entry: _family(entry) for entry in hidden.with_images()}
    heads = _heads(owner, set(families.values())) if families else {}
    return [(entry, heads[family]) for entry, family in families.items() if family in heads]


def _family(entry: Entry) -> str:
    """Return the public id of the picture that this one is, or is a revision of."""
    image = cast("Image", entry.image)  # it was asked for with its image
    edit = getattr(image, "edit", None)
    return str(edit.parent_id_told if edit and edit.is_revision else image.public_id)


def _heads(owner: Model, families: set[str]) -> dict[str, Entry]:
    """Return what shows for each of these pictures: its newest revision that was not taken back, or itself."""
    standing = Edit.objects.standing().filter(parent_id_told__in=families).order_by("pk")
    revised = dict(standing.values_list("parent_id_told", "image__public_id"))
    wanted = {family: revised.get(family, family) for family in families}
    rows = Entry.objects.of(owner).filter(image__public_id__in=wanted.values(), binned_at=None, terms__gt="")
    shown = {entry.image.public_id: entry for entry in rows.select_related("image") if entry.image}
    return {family: shown[image_id] for family, image_id in wanted.items() if image_id in shown}
