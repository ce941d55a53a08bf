"""Who may do what to whose things."""

from accounts.actors import Actor, Service
from accounts.models import User
from imagehub.lib.errors import Forbidden


def may_act_for(by: Actor, owner: User) -> bool:
    """Tell whether `by` may read and change what belongs to `owner`: that person, staff, or a service."""
    return isinstance(by, Service) or by.is_staff or by.pk == owner.pk


def require_self_or_staff(by: Actor, owner: User) -> None:
    """Refuse anybody but the owner and staff: what an account is and who gets into it is no service's business."""
    if isinstance(by, Service) or not may_act_for(by, owner):
        raise Forbidden


def require_staff(by: Actor) -> None:
    """Refuse anybody but staff."""
    if not by.is_staff:
        raise Forbidden
