"""What can be done with a user's pictures; of any user's pictures exactly one is active afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
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
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.quotas import UNLIMITED
from imagehub.images.services import Stored
from imagehub.images.storage import ObjectExists
from imagehub.lib.errors import PictureNotFound, StorageUnavailable, UserNotFound
from imagehub.lib.prepared import Prepared
from imagehub.lib.transactions import write
from imagehub.lib.turns import turn


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


def create_default(owner: User, *, wish: str = "", socket_id: str | None = None) -> tuple[Picture, bool]:
    """Give a user without pictures the default one, and tell whether that was needed; anybody may ask.

    Whoever has pictures keeps them and the active one.
    """
    # In turns, so that of those who wish for a name at once the one that has it is the one that is kept.
    with turn(f"default/{owner.pk}"):
        if present := _shown(owner):
            return present, False
        try:
            with _default_of(owner, wish) as spare:
                return _first_hung(spare, socket_id), True
        except _OthersHang as found:
            return found.active, False


@write
def _first_hung(spare: "_Spare", socket_id: str | None) -> Picture:
    owner = spare.draft.owner
    _lock(owner)
    if present := _shown(owner):
        raise _OthersHang(present)
    picture = _hang(spare.draft, spare.stored, Standing.ACTIVE)
    _announce(Kind.PICTURE_CREATED, owner, picture=picture, socket_id=socket_id)
    return picture


@write
def activate(picture_id: str, *, owner: User, by: Actor, socket_id: str | None = None) -> Picture:
    """Make a picture the one that others see."""
    require_may_act_for(by, owner)
    _lock(owner)
    picture = _found(owner, public_id=picture_id)
    _make_active(picture)
    _announce(Kind.PICTURE_ACTIVATED, owner, picture=picture, socket_id=socket_id)
    return picture


def delete(picture_id: str, file_name: str, *, owner: User, by: Actor, socket_id: str | None = None) -> None:
    """Remove the picture on which all three agree; the newest remaining or the default follows an active one."""
    require_may_act_for(by, owner)
    doomed = Picture(owner=owner, public_id=picture_id, file_name=file_name)
    try:
        _deleted(doomed, None, socket_id)
    except _NoSuccessor:
        # Stored while nobody waits for the owner's pictures; by then others may hang there.
        with suppress(_OthersHang), _default_of(owner) as spare:
            active = _deleted(doomed, spare, socket_id)
            if active is not spare.draft:
                raise _OthersHang(active) from None


@write
def _deleted(doomed: Picture, spare: "_Spare | None", socket_id: str | None) -> Picture:
    """Remove a picture, and return the one that is active then."""
    owner = doomed.owner
    _lock(owner)
    picture = _found(owner, public_id=doomed.public_id, file_name=doomed.file_name)
    picture.delete()
    images.discard([picture.image])
    active = _appoint_successor(owner, spare) if picture.is_active else Picture.objects.of(owner).active().get()
    _announce(Kind.PICTURE_DELETED, owner, picture=picture, socket_id=socket_id)
    return active


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


def _shown(owner: User) -> Picture | None:
    return Picture.objects.of(owner).active().select_related("image").first()


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
    is_shown = standing is Standing.ACTIVE or not active.exists()
    draft.active_for = draft.owner if is_shown else None
    draft.pk = None  # that of a try that was undone may be another's by now
    draft.save(force_insert=True)
    return draft


@dataclass(frozen=True)
class _Spare:
    """A default picture whose object is durable, and that hangs nowhere yet."""

    draft: Picture
    stored: Stored


class _OthersHang(Exception):  # it is no error
    """The owner has pictures, so that the default one is not needed."""

    def __init__(self, active: Picture) -> None:
        super().__init__()
        self.active = active


class _NoSuccessor(Exception):  # likewise
    """The owner would be left without a picture."""


@contextmanager
def _default_of(owner: User, wish: str = "") -> Iterator[_Spare]:
    """Hold a copy of the default picture durable for its owner; take it back if the block raises."""
    with ExitStack() as stack:
        yield _default_held(owner, wish, stack)


def _default_held(owner: User, wish: str, stack: ExitStack) -> _Spare:
    clean = defaults.default_picture()
    for name in naming.wished(owner.public_id, wish, clean.format.extension):
        with suppress(ObjectExists):
            stored = stack.enter_context(images.stored(clean, key=naming.key(owner.public_id, name)))
            return _Spare(Picture(owner=owner, file_name=name, is_default=True), stored)
    raise StorageUnavailable


def _make_active(picture: Picture) -> None:
    Picture.objects.of(picture.owner).active().exclude(pk=picture.pk).update(active_for=None)
    picture.active_for = picture.owner
    picture.save(update_fields=["active_for"])


def _appoint_successor(owner: User, spare: _Spare | None) -> Picture:
    newest = Picture.objects.of(owner).first()
    if newest:
        _make_active(newest)
        return newest
    if spare is None:
        raise _NoSuccessor
    return _hang(spare.draft, spare.stored, Standing.ACTIVE)


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
