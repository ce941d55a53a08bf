"""Who may do what to whose things."""

from django.contrib.auth.models import AnonymousUser

from accounts import users
from accounts.actors import Actor, Service
from accounts.models import User
from imagehub.lib.errors import Forbidden, UserNotFound


def may_act_for_all(by: Actor | AnonymousUser) -> bool:
    """Tell whether `by` may read and change what belongs to anybody: staff, or a service."""
    return isinstance(by, Service) or by.is_staff


def may_act_for(by: Actor, owner: User) -> bool:
    """Tell whether `by` may read and change what belongs to `owner`: that person, staff, or a service."""
    return may_act_for_all(by) or by.pk == owner.pk


def require_may_act_for(by: Actor, owner: User) -> None:
    """Refuse a stranger with the answer that a user who doesn't exist would get."""
    if not may_act_for(by, owner):
        raise UserNotFound


def owner_seen_by(by: Actor, user_id: str) -> User:
    """Return the user whose private things `by` may handle, or UserNotFound whatever the reason."""
    if isinstance(by, User) and by.public_id == user_id:
        return by
    owner = users.by_public_id(user_id)
    require_may_act_for(by, owner)
    return owner


def require_self_or_staff(by: Actor, owner: User) -> None:
    """Refuse anybody but the owner and staff: what an account is and who gets into it is no service's business."""
    if isinstance(by, Service) or not may_act_for(by, owner):
        raise Forbidden


def require_staff(by: Actor) -> None:
    """Refuse anybody but staff."""
    if not by.is_staff:
        raise Forbidden
