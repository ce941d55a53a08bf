"""What tests of the worker share: somebody who asks, and documents of a site on the loopback."""

from collections.abc import Iterable

from accounts.actors import Service
from harvester import naming
from harvester.drafts import Draft
from harvester.engine import session
from harvester.entries import Entry
from harvester.models import Job, Kind
from harvester.policies import Requester
from harvester.services import jobs

ROBOT = Requester(Service("robot", frozenset({"harvest"})), "service:robot")
DRAFT = Draft(Kind.SOURCE, naming.UPLOADS_DATABASE, "hotels")
HOME = "json.file/hotels"


def asked(documents: Iterable[tuple[str, Iterable[str]]], draft: Draft = DRAFT) -> Job:
    """Ask for a harvest of documents: their ids and addresses."""
    return jobs.create_listed(draft, [Entry(name, "", tuple(urls)) for name, urls in documents], by=ROBOT)


def done(job: Job) -> Job:
    """Let a worker work until nothing is left, and return the job as it is then."""
    while session.run():
        pass
    return Job.objects.get(pk=job.pk)
