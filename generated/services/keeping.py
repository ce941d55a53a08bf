"""What every use case of a library needs: its lock, a place for an object, and a way to say what happened."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from accounts.actors import Actor
from accounts.models import User
from generated import naming, policies
from generated.models import Generated
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.images import services as images
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.services import Stored
from imagehub.images.storage import ObjectExists
from imagehub.lib.errors import StorageUnavailable, UserNotFound
from imagehub.lib.prepared import Prepared

_locked = Prepared(lambda: User.objects.select_for_update().filter(pk=1).values_list("pk"))


def lock(owner: User) -> None:
    """Let nobody else change this user's library until the transaction ends."""
    if not any(_locked.rows(owner.pk)):
        raise UserNotFound


def locked(image_id: str, *, by: Actor) -> Generated:
    """Return an image that `by` may change, as it is now that nobody else can change it."""
    lock(policies.seen_by(by, image_id).owner)
    return policies.seen_by(by, image_id)


@contextmanager
def stored(clean: Clean, owner: User) -> Iterator[Stored]:
    """Hold an image durable under a key of its own; take it back if the block raises."""
    with ExitStack() as stack:
        yield _held(clean, owner, stack)


def _held(clean: Clean, owner: User, stack: ExitStack) -> Stored:
    for key in naming.keys(owner.public_id):
        with suppress(ObjectExists):
            return stack.enter_context(images.stored(clean, key=key))
    raise StorageUnavailable


def announce(kind: Kind, generated: Generated) -> None:
    """Say what happened; the rest of the image is added when somebody listens, so that nothing of it stays."""
    owner = generated.owner
    facts = {"image_id": generated.public_id, "user_id": owner.public_id, "status": generated.status}
    outbox.record(kind, audience=audience.user(owner), data=facts)
