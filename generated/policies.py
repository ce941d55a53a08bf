"""Who may do what with whose generated images; to everybody else they do not exist."""

from accounts import users
from accounts.actors import Actor
from accounts.models import User
from accounts.policies import may_act_for
from generated.models import Generated
from imagehub.lib import ids
from imagehub.lib.errors import ImageNotFound, UserNotFound


def require_may_act_for(by: Actor, owner: User) -> None:
    """Refuse a stranger with the answer that a user who doesn't exist would get."""
    if not may_act_for(by, owner):
        raise UserNotFound


def owner_seen_by(by: Actor, user_id: str) -> User:
    """Return the user whose library `by` may handle, or UserNotFound whatever the reason."""
    if isinstance(by, User) and by.public_id == user_id:
        return by
    owner = users.by_public_id(user_id)
    require_may_act_for(by, owner)
    return owner


def seen_by(by: Actor, image_id: str) -> Generated:
    """Return the image with this id, or ImageNotFound where there is none or it is somebody else's."""
    rows = Generated.objects.filter(public_id=image_id).select_related("owner", "image")
    found = next(iter(rows[:1]), None) if ids.is_public_id(image_id) else None
    if found is None or not may_act_for(by, found.owner):
        raise ImageNotFound
    return found
