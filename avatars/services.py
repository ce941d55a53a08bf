"""What can be done with a user's pictures; of any user's pictures exactly one is active afterwards."""

from enum import StrEnum

from accounts.actors import Actor
from accounts.models import User
from accounts.policies import require_may_act_for
from accounts.quotas import quota_of
from avatars import defaults, listing, naming
from avatars.models import Picture
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.images import services as images
from imagehub.images import storage
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.quotas import UNLIMITED
from imagehub.images.services import Stored
from imagehub.lib.errors import PictureNotFound, UserNotFound
from imagehub.lib.prepared import Prepared
from imagehub.lib.transactions import write


class Standing(StrEnum):
    """What a new picture is to be; the first one of a user is active either way."""

    ACTIVE = "active"
    SPARE = "spare"


def add(
    clean: Clean, *, owner: User, by: Actor, standing: Standing = Standing.ACTIVE, socket_id: str | None = None
) -> Picture:
    """Keep a judged picture for its owner; it is durable and announced when this returns."""
    require_may_act_for(by, owner)
    draft = Picture(owner=owner, file_name=naming.fresh(owner.public_id, clean.format.extension))
    with images.stored(clean, key=naming.key(owner.public_id, draft.file_name)) as stored:
        return _added(draft, stored, standing, socket_id)


@write
def _added(draft: Picture, stored: Stored, standing: Standing, socket_id: str | None) -> Picture:
    _lock(draft.owner)
    picture = _hang(draft, stored, standing)
    _announce(Kind.PICTURE_CREATED, picture.owner, picture=picture, socket_id=socket_id)
    return picture


@write
def create_default(owner: User, *, wish: str = "", socket_id: str | None = None) -> tuple[Picture, bool]:
    """Give a user without pictures the default one, and tell whether that was needed; anybody may ask.

    Whoever has pictures keeps them and the active one.
    """
    _lock(owner)
    present = Picture.objects.of(owner).active().select_related("image").first()
    if present:
        return present, False
    picture = _hang_default(owner, wish)
    _announce(Kind.PICTURE_CREATED, owner, picture=picture, socket_id=socket_id)
    return picture, True


@write
def activate(picture_id: str, *, owner: User, by: Actor, socket_id: str | None = None) -> Picture:
    """Make a picture the one that others see."""
    require_may_act_for(by, owner)
    _lock(owner)
    picture = _found(owner, public_id=picture_id)
    _make_active(picture)
    _announce(Kind.PICTURE_ACTIVATED, owner, picture=picture, socket_id=socket_id)
    return picture


@write
def delete(picture_id: str, file_name: str, *, owner: User, by: Actor, socket_id: str | None = None) -> None:
    """Remove the picture on which all three agree; the newest remaining or the default follows an active one."""
    require_may_act_for(by, owner)
    _lock(owner)
    picture = _found(owner, public_id=picture_id, file_name=file_name)
    picture.delete()
    images.discard([picture.image])
    if picture.is_active:
        _appoint_successor(owner)
    _announce(Kind.PICTURE_DELETED, owner, picture=picture, socket_id=socket_id)


@write
def clear(*, owner: User, by: Actor, socket_id: str | None = None) -> None:
    """Remove all pictures of a user, rows, files and folder; the account stays."""
    require_may_act_for(by, owner)
    _lock(owner)
    _remove_all(owner)
    _announce(Kind.PICTURES_CLEARED, owner, picture=None, socket_id=socket_id)


def erase(user: User) -> None:
    """Remove all pictures of an account that is being deleted; part of that transaction, told to nobody."""
    _remove_all(user)


_locked = Prepared(lambda: User.objects.select_for_update().filter(pk=1).values_list("pk"))


def _lock(owner: User) -> None:
    """Let nobody else change this user's pictures until the transaction ends."""
    if not any(_locked.rows(owner.pk)):
        raise UserNotFound


def _found(owner: User, **facts: str) -> Picture:
    picture = Picture.objects.of(owner).filter(**facts).select_related("image").first()
    if picture is None:
        raise PictureNotFound
    return picture


def _hang(draft: Picture, stored: Stored, standing: Standing) -> Picture:
    active = Picture.objects.of(draft.owner).active()
    # Whoever has no picture gets the default one, however full the account is.
    quota = UNLIMITED if draft.is_default else quota_of(draft.owner)
    draft.image = images.ingest(stored, owner=draft.owner, source=Source.PICTURE, quota=quota)
    if standing is Standing.ACTIVE:
        active.update(active_for=None)
        draft.active_for = draft.owner
    elif not active.exists():
        draft.active_for = draft.owner
    draft.save(force_insert=True)
    return draft


def _hang_default(owner: User, wish: str = "") -> Picture:
    clean = defaults.default_picture()
    extension = clean.format.extension
    name = _free(owner, naming.cleaned(wish, extension)) or naming.fresh(owner.public_id, extension)
    draft = Picture(owner=owner, file_name=name, is_default=True)
    with images.stored(clean, key=naming.key(owner.public_id, name)) as stored:
        return _hang(draft, stored, Standing.ACTIVE)


def _free(owner: User, name: str) -> str:
    """Return the name, or one beside it where it is taken."""
    is_taken = bool(name) and storage.exists(naming.key(owner.public_id, name))
    return naming.beside(name) if is_taken else name


def _make_active(picture: Picture) -> None:
    Picture.objects.of(picture.owner).active().exclude(pk=picture.pk).update(active_for=None)
    picture.active_for = picture.owner
    picture.save(update_fields=["active_for"])


def _appoint_successor(owner: User) -> None:
    newest = Picture.objects.of(owner).first()
    if newest is None:
        _hang_default(owner)
    else:
        _make_active(newest)


def _remove_all(owner: User) -> None:
    doomed = list(Image.objects.filter(picture__owner=owner))
    Picture.objects.filter(owner=owner).delete()
    images.discard(doomed)


def _announce(kind: Kind, owner: User, *, picture: Picture | None, socket_id: str | None) -> None:
    facts = {
        "userId": owner.public_id,
        "picture": listing.card(picture, owner) if picture else None,
        "socketId": socket_id,
    }
    outbox.record(kind, audience=audience.user(owner), data=facts)
