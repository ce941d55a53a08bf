"""What has become of an image."""

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import User
from generated import terms
from generated.models import Generated, Status, StatusChange
from generated.services import keeping
from imagehub.api import shelves
from imagehub.events.catalog import Kind
from imagehub.images import services as images
from imagehub.images.models import Image
from imagehub.lib.errors import Conflict, InvalidTransition
from imagehub.lib.transactions import write


@write
def change_status(image_id: str, status: Status, *, by: Actor) -> Generated:
    """Give an image another status, and remember who did so; the status that it has already changes nothing.

    Live states follow one another freely. `deleted` is the recycle bin, and only the status before leads out.
    """
    generated = keeping.locked(image_id, by=by)
    before = Status(generated.status)
    _require_transition(generated, status)
    if before is status:
        return generated
    _move(generated, before, status)
    _remember(generated, before, by)
    keeping.announce(Kind.IMAGE_STATUS_CHANGED, generated)
    return generated


@write
def restore(image_id: str, *, by: Actor) -> Generated:
    """Take an image out of the recycle bin, to what it was before; outside of it nothing changes."""
    generated = keeping.locked(image_id, by=by)
    return generated if generated.is_live else change_status(image_id, Status(generated.status_before), by=by)


def _require_transition(generated: Generated, status: Status) -> None:
    if generated.is_live:
        return
    if status != generated.status_before:
        raise InvalidTransition(details={"status": generated.status, "allowed": [generated.status_before]})
    if Generated.objects.filter(live_content=generated.content).exists():
        raise Conflict


def _move(generated: Generated, before: Status, status: Status) -> None:
    is_binned = status is Status.DELETED
    generated.status = status
    generated.status_before = before if is_binned else ""
    generated.deleted_at = timezone.now() if is_binned else None
    generated.live_content = None if is_binned else generated.content
    generated.save(update_fields=["status", "status_before", "deleted_at", "live_content"])
    shelf = terms.shelf_of(generated.owner.pk)
    shelves.change(shelf, generated.number, lose=terms.of_status(before), gain=terms.of_status(status))
    if is_binned or before is Status.DELETED:
        images.relist(Image.objects.filter(pk=generated.image.pk))


def _remember(generated: Generated, before: Status, by: Actor) -> None:
    account = by if isinstance(by, User) else None
    name = account.public_id if account else str(by)
    StatusChange.objects.create(
        generated=generated, before=before, after=generated.status, by=account, by_name=name[:100]
    )
