"""Removes the objects whose rows are gone: tombstones written with the deletion say which."""

from collections.abc import Iterable, Sequence
from itertools import islice

from celery import current_app
from django.db import connection
from django.db.models import QuerySet

from imagehub.images import storage
from imagehub.images.models import Image, Rendition, Tombstone
from imagehub.lib.errors import StorageUnavailable
from imagehub.lib.transactions import after_commit, apart, write

FEW = 60  # objects that a request removes itself, right after its commit
_BATCH = 30  # objects per transaction: on SQLite it keeps other writers waiting


@write
def bury(keys: Sequence[str]) -> None:
    """Note in the caller's transaction that these objects must go; they go right after its commit."""
    Tombstone.objects.bulk_create([Tombstone(key=key) for key in keys], ignore_conflicts=True, batch_size=500)
    # The deletion is done for its caller; what fails here is found again by the sweep.
    if len(keys) <= FEW:
        after_commit(reap, keys)
    else:
        after_commit(_wake_worker)


def reap(keys: Iterable[str]) -> None:
    """Remove these objects as far as tombstones say so and the storage answers."""
    rest = iter(keys)
    with apart():  # whoever has a key cleared up before storing there must not keep it locked meanwhile
        while batch := list(islice(rest, _BATCH)):
            _reap(Tombstone.objects.filter(key__in=batch))


def sweep() -> int:
    """Go through all tombstones once; return how many are left."""
    last = 0
    while batch := list(Tombstone.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        _reap(Tombstone.objects.filter(pk__in=batch))
        last = batch[-1]
    return Tombstone.objects.count()


@write
def _reap(tombstones: QuerySet[Tombstone]) -> None:
    # The lock makes one reaper the only one for a key: a second would otherwise remove what was
    # stored under the same key after the first was done.
    skip = connection.features.has_select_for_update_skip_locked
    locked = list(tombstones.select_for_update(skip_locked=skip).order_by("pk"))
    live = _in_use([tombstone.key for tombstone in locked])
    gone = [tombstone.pk for tombstone in locked if tombstone.key in live or _removed(tombstone.key)]
    Tombstone.objects.filter(pk__in=gone).delete()


def _in_use(keys: Sequence[str]) -> set[str]:
    images = Image.objects.filter(key__in=keys).values_list("key", flat=True)
    renditions = Rendition.objects.filter(key__in=keys).values_list("key", flat=True)
    return {*images, *renditions}


def _removed(key: str) -> bool:
    try:
        storage.delete(key)
    except StorageUnavailable:
        return False
    return True


def _wake_worker() -> None:
    current_app.send_task("imagehub.images.tasks.reap", retry=False)
