"""Who may do what with whose pictures."""

from accounts import users
from accounts.actors import Actor
from accounts.models import User
from accounts.policies import may_act_for
from imagehub.lib.errors import UserNotFound


def require_may_act_for(by: Actor, owner: User) -> None:
    """Refuse a stranger with the answer that a user who doesn't exist would get."""
    if not may_act_for(by, owner):
        raise UserNotFound


def owner_seen_by(by: Actor, user_id: str) -> User:
    """Return the user whose pictures `by` may handle, or UserNotFound whatever the reason."""
    if isinstance(by, User) and by.public_id == user_id:
        return by
    owner = users.by_public_id(user_id)
    require_may_act_for(by, owner)
    return owner
