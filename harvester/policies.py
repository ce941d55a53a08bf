"""Who may see and steer which harvests."""

from dataclasses import dataclass

from accounts.actors import Actor, Service
from harvester.models import Job, JobQuerySet
from imagehub.lib.errors import Forbidden, JobNotFound


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: the account or service, and the word that tells one of its keys from another (`api.callers`)."""

    actor: Actor
    word: str

    @property
    def is_staff(self) -> bool:
        """Whether all harvests are theirs to see; a key sees its own alone, whoever it belongs to."""
        return self.actor.is_staff and self.word.startswith("user:")


def may_harvest(by: Requester) -> bool:
    """Tell whether somebody is staff, with or without a key, or a service; a key's scope is judged at the door.

    Anybody can make a key for themselves; that must not open the collections of the house to everybody.
    """
    return isinstance(by.actor, Service) or by.actor.is_staff


def require_may_harvest(by: Requester) -> None:
    """Refuse everybody who may not harvest."""
    if not may_harvest(by):
        raise Forbidden


def jobs_seen_by(by: Requester) -> JobQuerySet:
    """Return all harvests for staff, their own for keys."""
    return Job.objects.all() if by.is_staff else Job.objects.filter(caller=by.word)


def job_seen_by(by: Requester, public_id: str) -> Job:
    """Return a harvest, or JobNotFound whatever the reason."""
    job = jobs_seen_by(by).filter(public_id=public_id).first()
    if job is None:
        raise JobNotFound
    return job
