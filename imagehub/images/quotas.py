"""How much an account may keep. What it keeps is counted in the transaction that keeps it or lets it go.

Originals count, renditions don't: those are ours to make and to drop. The count and its bound are one
conditional UPDATE, so that parallel uploads fill an account to the last byte and never beyond.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Case, Count, F, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from imagehub.images.models import Image, Usage
from imagehub.lib.errors import DatabaseUnavailable, ImageLimitReached
from imagehub.lib.transactions import write

_BATCH = 500
# Written out, as it is part of every upload: composing it takes Django twenty times as long as executing it.
_TAKE = (
    "UPDATE images_usage SET bytes = bytes + %s, files = files + %s WHERE owner_id = %s AND bytes <= %s AND files <= %s"
)


@dataclass(frozen=True, slots=True)
class Quota:
    """The most that an account may keep."""

    bytes: int
    files: int


UNLIMITED = Quota(bytes=sys.maxsize, files=sys.maxsize)


@dataclass(frozen=True, slots=True)
class Amount:
    """What images of one account take up."""

    owner: int  # the account's key
    bytes: int
    files: int = 1


def claim(amount: Amount, quota: Quota) -> None:
    """Count what an account is about to keep, within the caller's transaction.

    ImageLimitReached when it is more than the quota; DatabaseUnavailable when what the account has can't be
    told: in doubt nothing is let through.
    """
    try:
        _claim(amount, quota)
    except OperationalError:
        # Told as unavailable too, unless the transaction can be repeated.
        raise
    except DatabaseError as error:
        raise DatabaseUnavailable from error


def release(amounts: Iterable[Amount]) -> None:
    """Count what accounts let go, within the caller's transaction."""
    for amount in sorted(amounts, key=lambda amount: amount.owner):
        # No account has less than nothing, should its count have been wrong.
        Usage.objects.filter(owner_id=amount.owner).update(
            bytes=_less("bytes", amount.bytes), files=_less("files", amount.files)
        )


def totals(images: Iterable[tuple[int, int]]) -> list[Amount]:
    """Add up images, given as their account's key and their size, by account."""
    sums: dict[int, Amount] = {}
    for owner, size in images:
        before = sums.get(owner, Amount(owner, 0, 0))
        sums[owner] = Amount(owner, before.bytes + size, before.files + 1)
    return list(sums.values())


def usage_of(owner: int) -> Amount:
    """Return what an account has, by its key."""
    used = Usage.objects.filter(owner_id=owner).first()
    return Amount(owner, used.bytes, used.files) if used else Amount(owner, 0, 0)


def miscounted() -> Iterator[int]:
    """Yield the keys of accounts whose count disagrees with their images; little is held in memory."""
    accounts = get_user_model().objects.order_by("pk").values_list("pk", flat=True)
    last = 0
    while numbers := list(accounts.filter(pk__gt=last)[:_BATCH]):
        yield from _miscounted(numbers)
        last = numbers[-1]


@write
def recount(owner: int) -> None:
    """Set the count of an account to what its images say; one that is gone needs none."""
    # Whoever changes images of the account and is not done waits for our locks, or we for theirs.
    if not get_user_model().objects.select_for_update().filter(pk=owner):
        return
    _begin(owner)
    used = Usage.objects.select_for_update().get(owner_id=owner)
    kept = Image.objects.filter(owner_id=owner).aggregate(bytes=Coalesce(Sum("size"), 0), files=Count("pk"))
    used.bytes, used.files = kept["bytes"], kept["files"]
    used.save(update_fields=["bytes", "files"])


def _claim(amount: Amount, quota: Quota) -> None:
    if _took(amount, quota):
        return
    _begin(amount.owner)
    if not _took(amount, quota):
        raise _refusal(usage_of(amount.owner), quota)


def _took(amount: Amount, quota: Quota) -> bool:
    added = [amount.bytes, amount.files]
    bounds = [quota.bytes - amount.bytes, quota.files - amount.files]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [*added, amount.owner, *bounds])
        return bool(cursor.rowcount)


def _begin(owner: int) -> None:
    """Make sure that there is a count for the account."""
    Usage.objects.bulk_create([Usage(owner_id=owner)], ignore_conflicts=True)


def _refusal(used: Amount, quota: Quota) -> ImageLimitReached:
    name = "files" if used.files >= quota.files else "bytes"
    facts = {"quota": name, "limit": getattr(quota, name), "used": getattr(used, name)}
    return ImageLimitReached(_("Your plan has no room left for this image."), details=facts)


def _less(column: str, amount: int) -> Case:
    return Case(When(**{f"{column}__gte": amount}, then=F(column) - amount), default=0)


def _miscounted(numbers: list[int]) -> Iterator[int]:
    # One statement sees one moment: no image can come between its count and its account's.
    said = get_user_model().objects.filter(pk__in=numbers).order_by("pk")
    for owner, size, files, counted, seen in said.values_list(
        "pk", Coalesce("usage__bytes", 0), Coalesce("usage__files", 0)
    ).annotate(sum=Coalesce(Sum("images__size"), 0), count=Count("images")):
        if (size, files) != (counted, seen):
            yield owner
