"""Albums and links as their owners and clients see them."""

from collections.abc import Iterable
from typing import TypedDict

from django.db.models import Count, F, Model, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from imagehub.images.links import shown_url
from imagehub.images.models import Image
from imagehub.images.policies import may_change
from imagehub.lib import ids
from imagehub.lib.errors import NotFound
from imagehub.lib.times import told
from imagehub.library.models import Album, AlbumItem, Entry, ShareLink
from imagehub.library.policies import Asking

_SHOWS = Q(items__entry__binned_at=None, items__entry__image__isnull=False, items__entry__terms__gt="")


class AlbumCard(TypedDict):
    """An album, spelled as the clients of the API know it."""

    id: str
    name: str
    count: int
    cover: str | None
    coverUrl: str | None
    createdAt: str
    updatedAt: str


class LinkCard(TypedDict):
    """A link; its token is nobody's to read again."""

    id: str
    album: str | None
    name: str
    recipient: str
    hasPassword: bool
    allowed: str
    policy: str
    openedCount: int
    downloadedCount: int
    createdAt: str
    expiresAt: str
    isOpen: bool


def seen_by(by: Asking, album_id: str) -> Album:
    """Return the album with this id and its owner, or NotFound where there is none or it is somebody else's."""
    rows = Album.objects.filter(public_id=album_id).select_related("owner")
    found = next(iter(rows[:1]), None) if ids.is_public_id(album_id) else None
    if found is None or not may_change(by, found.owner_id):
        raise NotFound
    return found


def link_seen_by(by: Asking, link_id: str) -> ShareLink:
    """Return the link with this id and its album, or NotFound likewise."""
    rows = ShareLink.objects.filter(public_id=link_id).select_related("owner", "album__owner")
    found = next(iter(rows[:1]), None) if ids.is_public_id(link_id) else None
    if found is None or not may_change(by, found.owner_id):
        raise NotFound
    return found


def entries_of(album: Album, start: int, length: int) -> list[Entry]:
    """Return a part of what is to be seen in an album, in its order; one query."""
    items = album.items.live().in_order().select_related("entry__image__edit")
    return [item.entry for item in items[start : start + length]]


def images_of(album: Album) -> list[str]:
    """Return the public ids of all that is to be seen in an album, in its order; one query."""
    return list(album.items.live().in_order().values_list("entry__image__public_id", flat=True))


def count_of(album: Album) -> int:
    """Return how many images are to be seen in an album."""
    return album.items.live().count()


def rows_of(owner: Model) -> list[Album]:
    """Return all albums of a user with `live`, how many images show in each; last changed, first here."""
    return _counted(Album.objects.filter(owner_id=owner.pk))


def cards_of(owner: Model) -> list[AlbumCard]:
    """Return all albums of a user, the one that changed last first; three queries."""
    return _cards(rows_of(owner))


def card(album: Album) -> AlbumCard:
    """Return one album."""
    return _cards(_counted(Album.objects.filter(pk=album.pk)))[0]


def covers_of(albums: Iterable[Album], most: int = 1) -> dict[int, list[Image]]:
    """Return the images that stand for each album: its cover, then its first ones; two queries."""
    rows = list(albums)
    place = Window(RowNumber(), partition_by=F("album"), order_by=[F("position"), F("id")])
    items = AlbumItem.objects.live().filter(album__in=rows).annotate(place=place).filter(place__lte=most)
    found = {album.pk: _chosen_cover(album) for album in rows}
    for item in items.select_related("entry__image").order_by("place"):
        present, image = found[item.album_id], item.entry.image
        if image and image not in present and len(present) < most:
            present.append(image)
    return found


def links_of(owner: Model, album: Album | None = None) -> list[ShareLink]:
    """Return the links out of a library or to one album that were not taken back, newest first."""
    links = ShareLink.objects.filter(owner_id=owner.pk, revoked_at__isnull=True)
    return list((links.filter(album=album) if album else links).select_related("album").order_by("-pk"))


def link_card(link: ShareLink) -> LinkCard:
    """Return one link."""
    return {
        "id": link.public_id,
        "album": link.album.public_id if link.album else None,
        "name": link.album.name if link.album else link.name,
        "recipient": link.recipient,
        "hasPassword": bool(link.password),
        "allowed": link.allowed,
        "policy": link.policy,
        "openedCount": link.opened_count,
        "downloadedCount": link.downloaded_count,
        "createdAt": told(link.created_at),
        "expiresAt": told(link.expires_at),
        "isOpen": link.is_open,
    }


def _chosen_cover(album: Album) -> list[Image]:
    cover = album.cover
    shows = cover is not None and cover.image is not None and not cover.is_binned and cover.terms
    return [cover.image] if cover and cover.image and shows else []


def _counted(albums: QuerySet[Album]) -> list[Album]:
    counted = albums.annotate(live=Count("items", filter=_SHOWS))
    return list(counted.select_related("owner", "cover__image").order_by("-updated_at", "-pk"))


def _cards(rows: list[Album]) -> list[AlbumCard]:
    covers = covers_of(rows)
    return [_card(album, getattr(album, "live", 0), covers[album.pk]) for album in rows]


def _card(album: Album, count: int, covers: list[Image]) -> AlbumCard:
    return {
        "id": album.public_id,
        "name": album.name,
        "count": count,
        "cover": covers[0].public_id if covers else None,
        "coverUrl": shown_url(covers[0], "w320") if covers else None,
        "createdAt": told(album.created_at),
        "updatedAt": told(album.updated_at),
    }
