"""What Prometheus asks for: counts from the database, so that every process tells the same; no label without bound."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.cache import BaseCache
from django.db.models import Count, Max, Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from harvester import counting, disks, tallies
from harvester.models import Harvested, Job, Outcome, Processed, Status, Step, Tally
from imagehub.images.models import Image, Rendition
from imagehub.lib import clocks, shared
from imagehub.webhooks.models import Result
from imagehub.webhooks.models import Tally as Told

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
KEPT = 300  # seconds for which the use of the storage is good: adding it up goes through every row
_USE = "metrics:storage"

Use = Mapping[str, tuple[int, int]]


def text() -> bytes:
    """Return all metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Ours())
    return generate_latest(registry)


class _Ours(Collector):
    """Reads the metrics when they are asked for."""

    def collect(self) -> Iterable[Metric]:
        """Yield each metric with its values."""
        yield InfoMetricFamily("imagehub", "What runs here.", value={"version": settings.VERSION})
        yield from _harvest(_tallies())
        yield _jobs()
        yield _queue()
        yield _webhooks()
        yield from _storage(_use())

    def describe(self) -> Iterable[Metric]:
        """Name nothing ahead: that would ask the database twice."""
        return ()


def _tallies() -> Mapping[str, dict[str, Tally]]:
    found: dict[str, dict[str, Tally]] = {name: {} for name in (tallies.IMAGES, tallies.REASONS, tallies.SECONDS)}
    for tally in Tally.objects.filter(name__in=list(found)).order_by("label"):
        found[tally.name][tally.label] = tally
    return found


def _harvest(found: Mapping[str, dict[str, Tally]]) -> Iterator[Metric]:
    results = found[tallies.IMAGES]
    images = CounterMetricFamily("imagehub_harvest_images", "Visits to addresses by result.", labels=["result"])
    for outcome in Outcome:
        images.add_metric([outcome], results[outcome].count if outcome in results else 0)
    yield images
    received = sum(tally.total for tally in results.values())
    yield CounterMetricFamily("imagehub_harvest_bytes", "Bytes of the images that were taken.", value=received)
    reasons = CounterMetricFamily("imagehub_harvest_refusals", "Visits that gave no image.", labels=["reason"])
    for reason, tally in found[tallies.REASONS].items():
        reasons.add_metric([reason], tally.count)
    yield reasons
    yield _durations(found[tallies.SECONDS])


def _durations(found: Mapping[str, Tally]) -> Metric:
    """Return the durations as a histogram, whose buckets hold what is below their bound altogether."""
    buckets, below = [], 0
    for bound in [*(f"{bound:g}" for bound in tallies.BOUNDS), "+Inf"]:
        below += found[bound].count if bound in found else 0
        buckets.append((bound, below))
    seconds = sum(tally.total for tally in found.values())
    family = HistogramMetricFamily("imagehub_harvest_visit_seconds", "How long visits to addresses took.")
    family.add_metric([], buckets, seconds)
    return family


def _jobs() -> Metric:
    counts = counting.by_status()
    family = GaugeMetricFamily("imagehub_harvest_jobs", "Jobs by status.", labels=["status"])
    for status in Status:
        family.add_metric([status], counts.get(status, 0))
    return family


def _queue() -> Metric:
    free = Step.objects.free(clocks.now()).filter(job__in=Job.objects.active()).count()
    return GaugeMetricFamily("imagehub_harvest_queue_steps", "Steps that wait for a worker.", value=free)


def _webhooks() -> Metric:
    counts = Told.objects.by_result()
    family = CounterMetricFamily(
        "imagehub_webhook_deliveries", "Messages sent to webhooks by result.", labels=["result"]
    )
    for result in Result:
        family.add_metric([result], counts.get(result, 0))
    return family


def _storage(use: Use) -> Iterator[Metric]:
    objects = GaugeMetricFamily("imagehub_storage_objects", "Stored files by kind.", labels=["kind"])
    sizes = GaugeMetricFamily("imagehub_storage_bytes", "Bytes of stored files by kind.", labels=["kind"])
    for kind, (count, size) in use.items():
        objects.add_metric([kind], count)
        sizes.add_metric([kind], size)
    yield objects
    yield sizes
    if disks.is_local():
        yield GaugeMetricFamily("imagehub_storage_free_bytes", "Room that is left on the disk.", value=disks.free())


def _use() -> Use:
    kept: Use | None = shared.ask(_kept)
    if kept is None:
        kept = _added_up()
        shared.ask(lambda store: store.set(_USE, kept, timeout=KEPT))
    return kept


def _kept(store: BaseCache) -> Use | None:
    found: Use | None = store.get(_USE)
    return found


def _added_up() -> Use:
    # Several addresses of a document may share one file.
    files = Harvested.objects.exclude(key="").order_by().values("key").annotate(size_=Max("size"))
    return {
        "images": _sums(Image.objects.aggregate(count=Count("pk"), bytes=Sum("size"))),
        "renditions": _sums(Rendition.objects.aggregate(count=Count("pk"), bytes=Sum("size"))),
        "harvested": _sums(files.aggregate(count=Count("key"), bytes=Sum("size_"))),
        "processed": _sums(Processed.objects.aggregate(count=Count("pk"), bytes=Sum("size"))),
    }


def _sums(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["count"], row["bytes"] or 0
