"""How renditions go again: the least used ones when there are too many, all of an image when somebody asks."""

from collections.abc import Iterator

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce

from imagehub.images import policies, reaper
from imagehub.images.models import Image, Rendition, RenditionQuerySet, today
from imagehub.images.policies import Asking
from imagehub.lib import shared
from imagehub.lib.transactions import write

log = structlog.get_logger(__name__)

SPARE = 0.1
"""The share of what is allowed that is made free beyond it, so that room lasts for a while."""

_BATCH = 60
_BYTES = Coalesce(Sum("size"), 0)
_YOUNG = 1000  # of the newest keys a lower one may be committed after a higher one
_COUNTED = "renditions:counted"  # up to which key, and how many bytes
_COUNTED_SECONDS = 3600


def note_use(kept: Rendition) -> None:
    """Remember that a rendition was looked at today; the first look of a day alone writes."""
    day = today()
    if kept.last_used >= day:
        return
    try:
        Rendition.objects.filter(pk=kept.pk, last_used__lt=day).update(last_used=day)
    except DatabaseError as error:  # a view must not fail over it
        log.warning("rendition.use_not_noted", reason=type(error).__name__)


def evict() -> int:
    """Let those go that nobody has looked at for longest until the rest fits; return how many bytes that frees."""
    present = _total() if _most() > settings.RENDITIONS_BYTES else 0
    if present <= settings.RENDITIONS_BYTES:
        return 0
    excess = present - int(settings.RENDITIONS_BYTES * (1 - SPARE))
    freed = 0
    for batch in _least_used():
        freed += drop(_enough(batch, excess - freed))
        if freed >= excess:
            break
    log.info("renditions.evicted", bytes=freed)
    return freed


def purge(public_id: str, *, by: Asking) -> int:
    """Let all renditions of an image go, and return how many there were; they are made again when asked for.

    ImageNotFound unless it is one's own, or one is staff. What browsers and caches hold ends by itself.
    """
    image = policies.image_kept_by(by, public_id)
    return purge_image(image)


def purge_image(image: Image) -> int:
    """Let all renditions of an image go, and return how many there were."""
    count = 0
    while batch := list(Rendition.objects.filter(image=image)[:_BATCH]):
        drop(batch)
        count += len(batch)
    return count


def _most() -> int:
    """Return what all renditions take up, or more where some have gone since they were counted."""
    kept: tuple[int, int] | None = shared.ask(lambda store: store.get(_COUNTED))
    if kept is None:
        return _total()
    until, counted = kept
    since = Rendition.objects.filter(pk__gt=until).aggregate(bytes=_BYTES)
    return counted + int(since["bytes"])


def _total() -> int:
    """Add up the bytes of all renditions, and remember those of all but the newest."""
    newest = Rendition.objects.aggregate(pk=Coalesce(Max("pk"), 0))["pk"]
    until = newest - _YOUNG
    found = Rendition.objects.aggregate(bytes=_BYTES, young=Coalesce(Sum("size", filter=Q(pk__gt=until)), 0))
    shared.ask(lambda store: store.set(_COUNTED, (until, found["bytes"] - found["young"]), _COUNTED_SECONDS))
    return int(found["bytes"])


def _least_used() -> Iterator[list[Rendition]]:
    last = Q()
    while batch := list(_by_use().filter(last)[:_BATCH]):
        yield batch
        end = batch[-1]
        last = Q(last_used__gt=end.last_used) | Q(last_used=end.last_used, pk__gt=end.pk)


def _by_use() -> RenditionQuerySet:
    return Rendition.objects.order_by("last_used", "pk").only("pk", "last_used", "size", "key")


def _enough(batch: list[Rendition], bytes_: int) -> list[Rendition]:
    """Return as many of them as it takes to free so much."""
    taken: list[Rendition] = []
    while batch[len(taken) :] and sum(one.size for one in taken) < bytes_:
        taken.append(batch[len(taken)])
    return taken


@write
def drop(batch: list[Rendition]) -> int:
    """Delete their rows as far as they are there still; the objects go after the commit."""
    there = Rendition.objects.select_for_update().filter(pk__in=[one.pk for one in batch]).order_by("pk")
    rows = list(there.values_list("pk", "key", "size"))
    Rendition.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()
    reaper.bury([key for _, key, _ in rows])
    return sum(size for _, _, size in rows)
