"""Links to albums and to chosen images, for people without an account."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from imagehub.images.sharing import terms
from imagehub.images.sharing.terms import Terms
from imagehub.lib.errors import Conflict, Invalid, NotFound
from imagehub.lib.text import one_line
from imagehub.lib.transactions import write
from imagehub.library import albums as reading
from imagehub.library import shelving
from imagehub.library.models import LONGEST_NAME, Allowed, LinkItem, ShareLink
from imagehub.library.policies import Asking
from imagehub.library.services import albums

MOST_LINKS = 20  # that are open, to one album
MOST_OPEN = 500  # out of one library
MOST_CHOSEN = 500  # images of one link


@dataclass(frozen=True)
class Wish:
    """What is agreed about a link out of a library."""

    terms: Terms
    allowed: Allowed = Allowed.VIEW
    name: str = ""  # of what is chosen; an album has its own


def share_album(album_id: str, wish: Wish, *, by: Asking) -> tuple[ShareLink, str]:
    """Make a link to an album, and return it with its token, which nobody can ask for again."""
    draft, token = _drafted(wish)
    return _to_album(draft, album_id, by=by), token


def share_images(image_ids: Sequence[str], wish: Wish, *, owner: Model) -> tuple[ShareLink, str]:
    """Make a link to images that show in somebody's own library, in this order, and return it with its token."""
    if not 1 <= len(set(image_ids)) <= MOST_CHOSEN:
        sentence = _("Choose 1 to %(most)d images.") % {"most": MOST_CHOSEN}
        raise Invalid(details={"images": [sentence]})
    draft, token = _drafted(wish)
    return _to_images(draft, image_ids, owner), token


@write
def revoke(link_id: str, *, by: Asking) -> None:
    """Take a link back at once; one that was taken back already is not there."""
    link = reading.link_seen_by(by, link_id)
    shelving.locked(link.owner)
    if not ShareLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        raise NotFound
    if link.album:
        albums.touch(link.album)


@write
def downloaded(link: ShareLink) -> None:
    """Count that somebody took files away, one or all of them at once."""
    ShareLink.objects.filter(pk=link.pk).update(downloaded_count=F("downloaded_count") + 1)


@write
def _to_album(draft: ShareLink, album_id: str, *, by: Asking) -> ShareLink:
    album = albums.locked(album_id, by=by)
    if album.links.open().count() >= MOST_LINKS:
        sentence = _("An album has at most %(most)d links. Take one back first.") % {"most": MOST_LINKS}
        raise Conflict(sentence, details={"limit": MOST_LINKS})
    draft.album = album
    _keep(draft, album.owner)
    albums.touch(album)
    return draft


@write
def _to_images(draft: ShareLink, image_ids: Sequence[str], owner: Model) -> ShareLink:
    shelving.locked(owner)
    entries = albums.chosen(owner, image_ids)
    _keep(draft, owner)
    each = enumerate(entries)
    LinkItem.objects.bulk_create(LinkItem(link=draft, entry=entry, position=place) for place, entry in each)
    return draft


def _keep(draft: ShareLink, owner: Model) -> None:
    own = ShareLink.objects.filter(owner_id=owner.pk)
    own.ended_before(timezone.now() - terms.REMEMBERED).delete()
    if own.open().count() >= MOST_OPEN:
        sentence = _("There are at most %(most)d links at once. Take one back first.") % {"most": MOST_OPEN}
        raise Conflict(sentence, details={"limit": MOST_OPEN})
    draft.pk, draft.owner_id = None, owner.pk
    draft.save(force_insert=True)


def _drafted(wish: Wish) -> tuple[ShareLink, str]:
    name = one_line(wish.name)
    if len(name) > LONGEST_NAME:
        sentence = _("Use at most %(most)d characters.") % {"most": LONGEST_NAME}
        raise Invalid(details={"name": [sentence]})
    draft, token = terms.drafted(ShareLink, wish.terms)
    draft.name, draft.allowed = name, wish.allowed
    return draft, token
