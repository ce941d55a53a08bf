"""Lists of a million rows that belong to one person or one place (`ROWS`), against the same of ten thousand.

What has measures of its own is left to these: libraries, generated images, publications, what `people` has. It fills
a test database on the server that DATABASE_URL names, or a SQLite file: `python -m tests.servers mariadb -- python -m
tests.benchmarks lists`.
"""

import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.benchmarks.admin import MANY, multiply, timed
from tests.benchmarks.generated import FEW
from tests.benchmarks.report import Measure

from django.db import connection  # isort: skip  # the measures above have set Django up
from django.test import Client  # isort: skip  # likewise
from django.utils.module_loading import import_string  # isort: skip  # likewise

from accounts.models import User  # isort: skip  # likewise
from harvester.models import Document, Item, Job, Status  # isort: skip  # likewise
from imagehub.events.models import Counter, Event  # isort: skip  # likewise
from imagehub.webhooks.models import Cursor, Delivery, Endpoint, State  # isort: skip  # likewise
from tests.rows import row_of  # isort: skip  # likewise

ROUNDS = 15
PLACE = {"database": "shop", "collection": "hotels"}
JOBS, DOCUMENTS, EVENTS = "/api/v1/jobs", "/api/v1/images/shop/hotels", "/api/v1/events"
ROUNDS_OF_WORK = (
    "harvester.tasks.sweep",
    "harvester.tasks.begin_due",
    "harvester.tasks.forget",
    "imagehub.events.tasks.forget",
    "imagehub.webhooks.tasks.deliver",
    "imagehub.webhooks.tasks.forget",
)
Times = Mapping[str, Sequence[float]]


def measures() -> Iterator[Measure]:
    """Yield the time of each list at a million rows over the one at ten thousand."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    root = User.objects.create_superuser("root", "root@example.org", "x" * 12)
    endpoint = row_of(Endpoint, owner=root)
    caller = f"user:{root.pk}"
    job = row_of(Job, status=Status.COMPLETED, caller=caller, owner=root, **PLACE)
    row_of(Item, job=job, number=1)
    row_of(Document, **PLACE)
    row_of(Event, audience=caller, position=1)
    row_of(Delivery, endpoint=endpoint, position=1, state=State.DELIVERED)
    yield from compared(*[_measured(root, (endpoint, job), size) for size in (FEW, MANY)])


def compared(few: Times, many: Times) -> Iterator[Measure]:
    """Yield how the times of each grew, and the slowest 5 % of all by themselves."""
    for name in many:
        yield Measure(name, f"{FEW} rows", "ms", many[name], few[name], "<= 2.00")
    slow = statistics.quantiles((each for times in many.values() for each in times), n=20)[-1]
    yield Measure("p95 of all of these", "a tenth of a second", "ms", [slow], [100.0], "<= 1.00")


def _measured(root: User, of: tuple[Endpoint, Job], size: int) -> dict[str, list[float]]:
    alike = {Job: (), Item: ("job",), Document: tuple(PLACE), Event: (), Delivery: ("endpoint",)}
    for model, columns in alike.items():
        multiply(model, size, owners=1, alike=columns)
    Counter.objects.update_or_create(name="given", defaults={"position": size})
    Cursor.objects.update_or_create(name="fanned out", defaults={"position": size})  # nobody waits for what is new
    return pages(root, _lists(size, *of)) | rounds(ROUNDS_OF_WORK)


def pages(seen_by: User | None, places: Mapping[str, str]) -> dict[str, list[float]]:
    """Return the times that pages take, after a first look at each."""
    client = Client(SERVER_NAME="127.0.0.1")
    if seen_by:
        client.force_login(seen_by, backend="django.contrib.auth.backends.ModelBackend")
    for at in places.values():
        timed(client, at)
    return {name: [timed(client, at) for _ in range(ROUNDS)] for name, at in places.items()}


def rounds(tasks: Iterable[str]) -> dict[str, list[float]]:
    """Return the times that background work takes where there is nothing to do, after a first round of each."""
    return {task: [_worked(task) for _ in range(ROUNDS + 1)][1:] for task in tasks}


def _worked(task: str) -> float:
    started = time.perf_counter()
    import_string(task)()
    return (time.perf_counter() - started) * 1000


def _lists(size: int, endpoint: Endpoint, job: Job) -> dict[str, str]:
    """Return the lists that grow with these rows, from the beginning and from the middle."""
    half, deliveries = size // 2, f"/api/v1/webhooks/{endpoint.public_id}/deliveries"
    items = f"{JOBS}/{job.public_id}/items"
    return {
        "jobs": JOBS,
        "jobs, middle": f"{JOBS}?page={half // 20}",
        "jobs of a status, middle": f"{JOBS}?status=completed&page={half // 20}",
        "jobs of a place, middle": f"{JOBS}?database=shop&collection=hotels&page={half // 20}",
        "jobs of another status": f"{JOBS}?status=failed",
        "documents of a job": items,
        "documents of a job, middle": f"{items}?cursor={half}",
        "the desk": "/harvest/",
        "the desk, of a status": "/harvest/?status=completed",
        "places of documents": "/api/v1/images",
        "documents": DOCUMENTS,
        "documents, middle": f"{DOCUMENTS}?cursor=x{half}",
        "files, middle": f"/harvest/files/?database=shop&collection=hotels&after=x{half}",
        "events, from the start": EVENTS,
        "events, middle": f"{EVENTS}?after={half}",
        "events, the newest": f"{EVENTS}?after={size - 50}",
        "deliveries": deliveries,
        "deliveries, middle": f"{deliveries}?cursor={half}",
    }
