"""How many publications there are up to where, so that a page far down the list costs what the first one does.

Publications are counted in buckets of neighbouring primary keys, and each on two shelves: everybody's and its
owner's. The counts change in the transaction that changes what they count. A page adds up buckets until it
has passed all publications before it, and then counts on within one bucket only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When

from imagehub.lib.transactions import write
from publications.models import Publication, PublicationQuerySet, Tally

BUCKET_BITS = 10  # 1,024 neighbouring primary keys are counted together
EVERYBODY = 0  # the shelf of all publications; an account's shelf has the account's primary key
_BATCH = 1000
_SHOWN = Case(When(hidden_at=None, then=Value(1)), default=Value(0))


@dataclass(frozen=True)
class Shelf:
    """The publications of an account or of everybody, with or without those that staff has hidden."""

    owner: int = EVERYBODY  # or the primary key of an account
    holds_hidden: bool = False


@dataclass(frozen=True)
class Place:
    """Where on a shelf, newest first, a page is."""

    total: int  # of the shelf
    below: int  # primary keys from here on come before the page
    skip: int  # and so many below that, all of them in one bucket
    least: int = 0  # no primary key of the page is smaller


def standing_on(shelf: Shelf) -> PublicationQuerySet:
    """Return what a shelf holds, in a form that databases read along the primary key or its owner's index."""
    if shelf.owner != EVERYBODY:
        own = Publication.objects.filter(owner_id=shelf.owner)
        return own if shelf.holds_hidden else own.filter(hidden_at=None)
    # A plain condition would lead MariaDB along the index of what is shown, from its end and not from the page.
    return (
        Publication.objects.all()
        if shelf.holds_hidden
        else Publication.objects.alias(is_shown=_SHOWN).filter(is_shown=1)
    )


def place(shelf: Shelf, offset: int, limit: int) -> Place:
    """Return where the `limit` publications after `offset` newer ones are; one query."""
    total = below = skip = least = 0
    for bucket, count in _counts(shelf):
        if total <= offset < total + count:
            below, skip = (bucket + 1) << BUCKET_BITS, offset - total
        if total < offset + limit:
            least = bucket << BUCKET_BITS
        total += count
    return Place(total, below, skip, least)


def added(publication: Publication) -> None:
    """Count a new publication."""
    _change(publication, Change(shown=1))


def removed(publication: Publication) -> None:
    """Count a publication no more."""
    _change(publication, Change(hidden=-1) if publication.is_hidden else Change(shown=-1))


def hidden(publication: Publication) -> None:
    """Count a publication that was shown as hidden."""
    _change(publication, Change(shown=-1, hidden=1))


def shown(publication: Publication) -> None:
    """Count a publication that was hidden as shown."""
    _change(publication, Change(shown=1, hidden=-1))


def forget(owner: models.Model) -> None:
    """Count none of an account's publications any more; for a transaction that holds all of them locked."""
    own = Tally.objects.filter(shelf=owner.pk)
    for tally in own.order_by("bucket"):
        _add(EVERYBODY, tally.bucket, Change(-tally.shown, -tally.hidden))
    own.delete()


@write
def is_miscounted() -> bool:
    """Tell whether a count disagrees with the publications; little is held in memory."""
    _hold()
    kept = Tally.objects.exclude(shown=0, hidden=0).order_by("shelf", "bucket")
    rows = kept.values_list("shelf", "bucket", "shown", "hidden").iterator()
    counted = ((tally.shelf, tally.bucket, tally.shown, tally.hidden) for tally in _counted())
    return any(one != other for one, other in zip_longest(rows, counted))


@write
def recount() -> None:
    """Set all counts to what the publications say."""
    _hold()
    Tally.objects.all().delete()
    # A range that begins at this very moment is counted by whoever begins it.
    Tally.objects.bulk_create(_counted(), batch_size=_BATCH, ignore_conflicts=True)


@dataclass(frozen=True)
class Change:
    """What is added to a count, or taken from it."""

    shown: int = 0
    hidden: int = 0


def _change(publication: Publication, change: Change) -> None:
    # Always in this order, so that no two wait for each other.
    for shelf in (EVERYBODY, publication.owner_id):
        _add(shelf, publication.pk >> BUCKET_BITS, change)


def _add(shelf: int, bucket: int, change: Change) -> None:
    tally = Tally.objects.filter(shelf=shelf, bucket=bucket)
    if _was_changed(tally, change):
        return
    Tally.objects.bulk_create([Tally(shelf=shelf, bucket=bucket)], ignore_conflicts=True)
    _was_changed(tally, change)


def _was_changed(tally: "models.QuerySet[Tally]", change: Change) -> bool:
    return bool(tally.update(shown=F("shown") + change.shown, hidden=F("hidden") + change.hidden))


def _hold() -> None:
    """Let whoever counts wait: everybody begins with this shelf."""
    list(Tally.objects.select_for_update().filter(shelf=EVERYBODY).order_by("bucket").values_list("pk"))


def _counts(shelf: Shelf) -> Iterator[tuple[int, int]]:
    tallies = Tally.objects.filter(shelf=shelf.owner).order_by("-bucket")
    for bucket, shown, hidden in tallies.values_list("bucket", "shown", "hidden"):
        yield bucket, shown + hidden if shelf.holds_hidden else shown


def _counted() -> Iterator[Tally]:
    """Count anew, in the order of shelves and buckets."""
    buckets = Publication.objects.annotate(bucket=F("id").bitrightshift(BUCKET_BITS))
    counts = {"shown": Count("pk", filter=Q(hidden_at=None)), "hidden": Count("pk", filter=Q(hidden_at__isnull=False))}
    for row in buckets.values("bucket").annotate(**counts).order_by("bucket").iterator():
        yield Tally(shelf=EVERYBODY, **row)
    for row in buckets.values("bucket", shelf=F("owner_id")).annotate(**counts).order_by("shelf", "bucket").iterator():
        yield Tally(**row)
