"""What tests of the worker share: somebody who asks, and documents of a site on the loopback."""

import threading
from collections.abc import Callable, Iterable, Mapping

import orjson

from accounts.actors import Service
from harvester import naming
from harvester.drafts import Draft
from harvester.engine import session
from harvester.models import Item, Job, Kind
from harvester.policies import Requester
from harvester.services import jobs
from harvester.sources.entries import Entry
from imagehub.events import bell
from imagehub.images import storage
from tests.origins import PATIENCE, Origin

ROBOT = Requester(Service("robot", frozenset({"harvest"})), "service:robot")
DRAFT = Draft(Kind.SOURCE, naming.UPLOADS_DATABASE, "hotels")
HOME = "json.file/hotels"


def asked(documents: Mapping[str, Iterable[str]], draft: Draft = DRAFT) -> Job:
    """Ask for a harvest of documents: their ids and addresses."""
    entries = [Entry(name, f"hotel {name}", tuple(urls)) for name, urls in documents.items()]
    return jobs.create_listed(draft, entries, by=ROBOT)


def of(site: Origin, *paths: str) -> list[str]:
    """Return the addresses of paths."""
    return [site.url(path) for path in paths]


def done(job: Job) -> Job:
    """Let a worker work until nothing is left, and return the job as it is then."""
    while session.run():
        pass
    return fresh(job)


def fresh(job: Job) -> Job:
    """Return a job as it is now."""
    return Job.objects.get(pk=job.pk)


def await_over(job: Job) -> None:
    """Wait until a job is over."""
    await_event(lambda: fresh(job).is_over)


def await_event(has_come: Callable[[], bool]) -> None:
    """Wait until something has come, looking whenever there is news of anything."""
    rung = threading.Event()
    with bell.heard_by(rung.set):
        while not has_come():
            assert rung.wait(PATIENCE)
            rung.clear()


def told(job: Job) -> dict[str, tuple[str, str, int]]:
    """Return what became of each address of a job: outcome, reason and attempts."""
    results = (result for item in Item.objects.filter(job=job) for result in item.results)
    return {result["url"]: (result["outcome"], result["reason"], result["attempts"]) for result in results}


def files(name: str) -> dict[str, bytes]:
    """Return what lies in the folder of a document, but for what is said of it."""
    home = f"{HOME}/{name}-hotel-{name}/"
    keys = {found.key for found in storage.walk(home)} - {f"{home}metadata.json"}
    return {key.removeprefix(home): storage.read(key) for key in sorted(keys)}


def metadata(name: str) -> dict[str, object]:
    """Return what is said of a document beside its files."""
    said: dict[str, object] = orjson.loads(storage.read(f"{HOME}/{name}-hotel-{name}/metadata.json"))
    return said
