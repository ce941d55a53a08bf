"""What features do with images: judge foreign bytes, store them, give them a row, let them go."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from imagehub.events.audience import HasKey
from imagehub.images import decoders, quotas, reaper, storage
from imagehub.images.models import Image, Rendition, Source, Tombstone
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.sanitise import Clean, Reading
from imagehub.images.quotas import Amount, Quota
from imagehub.lib.errors import (
    FileTooLarge,
    ImageHubError,
    ImageTooExpensive,
    ImageTooLarge,
    InvalidImage,
    StorageUnavailable,
    UnsupportedFormat,
)
from imagehub.lib.prepared import Prepared
from imagehub.lib.transactions import write

log = structlog.get_logger(__name__)

_REFUSALS: dict[Reason, type[ImageHubError]] = {
    Reason.DAMAGED: InvalidImage,
    Reason.UNSUPPORTED: UnsupportedFormat,
    Reason.TOO_MANY_BYTES: FileTooLarge,
    Reason.TOO_MANY_PIXELS: ImageTooLarge,
    Reason.TOO_EXPENSIVE: ImageTooExpensive,
}
_BATCH = 500


class Visibility(Enum):
    """Who may see an image: whoever is given a signed address, or anybody."""

    PRIVATE = auto()
    PUBLIC = auto()


@dataclass(frozen=True, slots=True)
class Stored:
    """A clean picture whose object is durable under `key`."""

    clean: Clean
    key: str


def judge(data: bytes, *, formats: frozenset[Format], limits: Limits, reading: Reading = Reading.COEFFICIENTS) -> Clean:
    """Return foreign bytes as a clean picture, or refuse them; touches neither database nor storage."""
    try:
        return decoders.clean(data, formats=formats, limits=limits, reading=reading)
    except Refusal as refusal:
        raise _REFUSALS[refusal.reason] from refusal


@contextmanager
def stored(clean: Clean, *, key: str) -> Iterator[Stored]:
    """Hold the picture durable under a key that is free; take it back if the block raises.

    The block is where the row is committed. Raise ObjectExists for a key that is taken.
    """
    _require_free(key)
    storage.put(key, clean.data)
    with ExitStack() as undo:
        undo.callback(_take_back, key)
        yield Stored(clean, key)
        undo.pop_all()


def ingest(
    stored: Stored, *, owner: HasKey, source: Source, quota: Quota, visibility: Visibility = Visibility.PRIVATE
) -> Image:
    """Give a stored picture its row and count it, within the caller's transaction; ImageLimitReached over the quota."""
    clean = stored.clean
    image = Image.objects.create(
        owner_id=owner.pk,
        source=source,
        key=stored.key,
        digest=clean.digest,
        content_type=clean.format.content_type,
        width=clean.width,
        height=clean.height,
        size=len(clean.data),
        frames=clean.frames,
        duration=clean.duration,
        colour=clean.colour,
        likeness=clean.likeness,
        is_public=visibility is Visibility.PUBLIC,
        origin=clean.marks.origin,
        source_type=clean.marks.source_type or "",
    )
    # After the row, which locks the account as others do who lock first the account and then its count.
    quotas.claim(Amount(owner.pk, image.size), quota)
    return image


def publish(images: QuerySet[Image]) -> None:
    """Let anybody see these images, within the caller's transaction."""
    images.update(is_public=True)


def withdraw(images: QuerySet[Image]) -> None:
    """Let only holders of signed addresses see these images, within the caller's transaction."""
    images.update(is_public=False)


def relist(images: QuerySet[Image]) -> None:
    """Let the library look at these images anew, within the transaction that changes what it shows of them."""
    images.update(is_listed=False)


@write
def discard(images: Iterable[Image]) -> None:
    """Delete images and renditions within the caller's transaction; their objects go right after its commit."""
    numbers = iter(sorted(image.pk for image in images))
    keys: list[str] = []
    while batch := list(islice(numbers, _BATCH)):
        keys += _deleted(batch)
    reaper.bury(keys)


def _deleted(numbers: list[int]) -> list[str]:
    # Whoever adds a rendition locks its image first, so none can appear once we hold the lock.
    locked = Image.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    images = list(locked.values_list("key", "owner_id", "size"))
    renditions = list(Rendition.objects.filter(image__in=numbers).values_list("key", flat=True))
    Image.objects.filter(pk__in=numbers).delete()
    quotas.release(quotas.totals((owner, size) for _, owner, size in images))
    return [key for key, *_ in images] + renditions


_doomed = Prepared(lambda: Tombstone.objects.filter(key="key").values_list("pk"))


def _is_doomed(key: str) -> bool:
    return any(_doomed.rows(key))


def _require_free(key: str) -> None:
    """Refuse a key whose former object may still be removed: the reaper would take the new one."""
    if not _is_doomed(key):
        return
    reaper.reap([key])
    if _is_doomed(key):
        raise StorageUnavailable


def _take_back(key: str) -> None:
    """Remove the object unless its row is there after all, as after a commit whose answer was lost."""
    try:
        # Inside a transaction nothing is committed yet, and the error under way will end it.
        if connection.in_atomic_block or not _has_row(key):
            storage.delete(key)
    except (DatabaseError, StorageUnavailable) as error:
        # In doubt the object stays: an orphan is found by the doctor, a lost picture by nobody.
        log.warning("storage.object_left_behind", key=key, reason=type(error).__name__)


def _has_row(key: str) -> bool:
    """Tell whether there is the row of an object; a commit that still goes on, though given up, is waited for."""
    with transaction.atomic():
        return bool(Image.objects.select_for_update().filter(key=key).values_list("pk")[:1])
