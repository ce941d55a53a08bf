"""Who may see which publication, and who may change it."""

from accounts.actors import Actor
from accounts.models import User
from accounts.policies import may_act_for
from imagehub.lib.errors import NotOwner
from publications.models import Publication


def require_may_write(by: Actor, publication: Publication) -> None:
    """Refuse anybody but the owner, staff and services; whether it may be seen was asked before."""
    if not may_act_for(by, publication.owner):
        raise NotOwner


def require_may_create_for(by: Actor, owner: User) -> None:
    """Refuse to put up a publication in somebody else's name."""
    if not may_act_for(by, owner):
        raise NotOwner
