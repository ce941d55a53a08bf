"""Compares what the database remembers with what the storage holds, and mends what is safe to mend.

It also compares what each account is said to keep with its images, and the counts by which an app finds its
way in a long list (`counts_with = "some.module"` on its AppConfig, with `is_miscounted` and `recount`) with
what is there, and counts anew where that differs.

Mending never deletes an image's row nor an original whose row is there: a missing or damaged original may
come back from a backup, and until then its address honestly answers 404. Such findings stay.

An object without a row goes only where its key begins as an app declares for its own
(`stores_under = ("some/folder/", "some_name_")` on its AppConfig) or, in a folder shared with others, by a pattern
of whole keys (`stores_like = {"some/": "some/[0-9]+"}`), when it is older than the grace that uploads under
way need, and when no app keeps it on purpose (`keeps_objects = ("some/key",)`). Beside a database without
any image none goes: that is what a wrong DATABASE_URL or a fresh database looks like.

Which objects rows know is told by `imagehub/images/keepers.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Protocol, TypeVar

from django.apps import apps
from django.db.models import Model, QuerySet

from imagehub.images import keepers, quotas, reaper, renditions, storage
from imagehub.images.models import Image, Rendition, Tombstone
from imagehub.images.storage import Found, ObjectMissing, unchanged
from imagehub.lib.digests import sha256_of

GRACE = timedelta(hours=1)
_BATCH = 500

Row = TypeVar("Row", bound=Model)


class Counts(Protocol):
    """What an app that counts its lists lets us do about them."""

    def is_miscounted(self) -> bool:
        """Tell whether a count disagrees with what is there."""

    def recount(self) -> None:
        """Set all counts to what is there."""


class Kind(StrEnum):
    """What can be wrong."""

    OVERDUE_TOMBSTONE = "overdue-tombstone"
    MISSING_OBJECT = "missing-object"
    WRONG_BYTES = "wrong-bytes"
    LOST_RENDITION = "lost-rendition"
    ORPHAN_OBJECT = "orphan-object"
    LEFTOVER = "leftover"
    LOST_DESCRIPTION = "lost-description"
    MISCOUNTED_USAGE = "miscounted-usage"
    MISCOUNTED_LIST = "miscounted-list"


SENTENCES = {
    Kind.OVERDUE_TOMBSTONE: "an object that should be gone by now",
    Kind.MISSING_OBJECT: "an image whose object is not there; restore it from a backup",
    Kind.WRONG_BYTES: "an image whose object holds other bytes; restore it from a backup",
    Kind.LOST_RENDITION: "a rendition whose object is not there or holds other bytes",
    Kind.ORPHAN_OBJECT: "an object that no row knows",
    Kind.LEFTOVER: "a temporary file of a write that never ended",
    Kind.LOST_DESCRIPTION: "a description beside files that is not there",
    Kind.MISCOUNTED_USAGE: "an account that is said to keep more or less than it does",
    Kind.MISCOUNTED_LIST: "an app that is said to list more or less than it does",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where."""

    kind: Kind
    key: str  # in the storage; of a miscounted account the number of its row, of an app its label
    modified: datetime | None = field(default=None, compare=False)  # when an orphan that was found was written


def examine(grace: timedelta = GRACE) -> Iterator[Finding]:
    """Yield what is wrong, one finding at a time; nothing is changed and little is held in memory."""
    before = datetime.now(UTC) - grace
    yield from _overdue(before)
    yield from _damaged_images()
    yield from _damaged_files()
    yield from _lost_renditions()
    yield from _orphans(before)
    yield from _leftovers(before)
    undescribed = (key for keeper in keepers.keepers() for key in keeper.undescribed(before))
    yield from (Finding(Kind.LOST_DESCRIPTION, key) for key in undescribed)
    yield from (Finding(Kind.MISCOUNTED_USAGE, str(owner)) for owner in quotas.miscounted())
    yield from (Finding(Kind.MISCOUNTED_LIST, app) for app, counts in _counts() if counts.is_miscounted())


def mend(finding: Finding) -> bool:
    """Put right what can be put right without losing anything of a user's; tell whether it is right now.

    The finding is judged again first, so that two doctors, or one beside uploads and deletions, do no harm.
    """
    remedy = _REMEDIES.get(finding.kind)
    return remedy is not None and remedy(finding)


def _overdue(before: datetime) -> Iterator[Finding]:
    for tombstone in _rows(Tombstone.objects.filter(since__lte=before)):
        yield Finding(Kind.OVERDUE_TOMBSTONE, tombstone.key)


def _damaged_images() -> Iterator[Finding]:
    for image in _rows(Image.objects.all()):
        kind = _verdict(image)
        # Objects go after their rows: only a row that is still there, with this object, makes this a finding.
        if kind and Image.objects.filter(pk=image.pk, key=image.key).exists():
            yield Finding(kind, image.key)


def _damaged_files() -> Iterator[Finding]:
    for keeper in keepers.keepers():
        for key, digest in keeper.recorded():
            kind = _verdict_on(key, digest)
            # It may just have been replaced, or its row be gone.
            if kind and (present := keeper.digests(key)) and all(_verdict_on(key, one) for one in present):
                yield Finding(kind, key)


def _lost_renditions() -> Iterator[Finding]:
    for kept in _rows(Rendition.objects.all()):
        if _verdict(kept) and Rendition.objects.filter(pk=kept.pk).exists():
            yield Finding(Kind.LOST_RENDITION, kept.key)


def _verdict(kept: Image | Rendition) -> Kind | None:
    return _verdict_on(kept.key, kept.digest)


def _verdict_on(key: str, expected: str) -> Kind | None:
    try:
        digest = sha256_of(storage.chunks(key))
    except ObjectMissing:
        return Kind.MISSING_OBJECT
    return None if digest == expected else Kind.WRONG_BYTES


def _orphans(before: datetime) -> Iterator[Finding]:
    kept = _declared("keeps_objects")
    for found in _ours():
        old = (one for one in found if one.modified <= before and one.key not in kept)
        for batch in _batches(old):
            known = _known([one.key for one in batch])
            yield from (Finding(Kind.ORPHAN_OBJECT, one.key, one.modified) for one in batch if one.key not in known)


def _ours() -> Iterator[Iterator[Found]]:
    """Yield the objects below each folder of ours: all of them, or those whose keys look like ours."""
    own = (prefix for keeper in keepers.keepers() for prefix in keeper.prefixes())
    roots = sorted({*_declared("stores_under"), *own})
    yield from map(storage.walk, roots)
    for root, form in sorted(_shared_folders()):
        mine = re.compile(form).fullmatch
        # What lies below a folder that an app has to itself was seen there.
        yield (one for one in storage.walk(root) if mine(one.key) and not one.key.startswith(tuple(roots)))


def _shared_folders() -> set[tuple[str, str]]:
    return {entry for app in apps.get_app_configs() for entry in getattr(app, "stores_like", {}).items()}


def _leftovers(before: datetime) -> Iterator[Finding]:
    left = storage.current().leftovers()
    return (Finding(Kind.LEFTOVER, found.key) for found in left if found.modified <= before)


def _known(keys: list[str]) -> set[str]:
    """Return those keys that a row accounts for; a tombstone does, until it is overdue."""
    return keepers.known(keys) | {*Tombstone.objects.filter(key__in=keys).values_list("key", flat=True)}


def _rows(queryset: QuerySet[Row]) -> Iterator[Row]:
    """Go through all rows in short queries: no cursor stays open and no driver buffers a million of them."""
    last = 0
    while batch := list(queryset.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield from batch
        last = batch[-1].pk


def _declared(name: str) -> set[str]:
    return {entry for app in apps.get_app_configs() for entry in getattr(app, name, ())}


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    rest = iter(found)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _reap(finding: Finding) -> bool:
    reaper.reap([finding.key])
    return not Tombstone.objects.filter(key=finding.key).exists()


def _forget_rendition(finding: Finding) -> bool:
    kept = Rendition.objects.filter(key=finding.key).first()
    if kept:
        renditions.forget(kept)
    return True


def _remove_orphan(finding: Finding) -> bool:
    """Bury it as if its row had just been deleted: the reaper spares it should a row have come."""
    if finding.key.startswith(tuple(prefix for keeper in keepers.keepers() for prefix in keeper.prefixes())):
        # Keys of a keeper come again: a tombstone left behind would take what is stored there later.
        # What was stored since, or is stored at this moment, may get its row in the next.
        judged = finding.modified or unchanged.modified(finding.key)
        if judged is not None and not _known([finding.key]):
            unchanged.delete(finding.key, judged)
        return True
    if not Image.objects.exists():
        return False
    if not _known([finding.key]):
        reaper.bury([finding.key])
    return _reap(finding)


def _sweep_up(finding: Finding) -> bool:
    storage.current().sweep_up(finding.key)
    return True


def _describe(finding: Finding) -> bool:
    return any(keeper.describe(finding.key) for keeper in keepers.keepers())


def _recount_usage(finding: Finding) -> bool:
    quotas.recount(int(finding.key))
    return True


def _recount_list(finding: Finding) -> bool:
    dict(_counts())[finding.key].recount()
    return True


def _counts() -> Iterator[tuple[str, Counts]]:
    return keepers.modules("counts_with")


_REMEDIES: dict[Kind, Callable[[Finding], bool]] = {
    Kind.OVERDUE_TOMBSTONE: _reap,
    Kind.LOST_RENDITION: _forget_rendition,
    Kind.ORPHAN_OBJECT: _remove_orphan,
    Kind.LEFTOVER: _sweep_up,
    Kind.LOST_DESCRIPTION: _describe,
    Kind.MISCOUNTED_USAGE: _recount_usage,
    Kind.MISCOUNTED_LIST: _recount_list,
}
