"""Photos that look like somebody else's: found in the background, judged by staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from accounts.policies import require_staff
from imagehub.images import likeness
from imagehub.images.likeness import Near
from imagehub.lib.errors import Conflict, NotFound
from imagehub.lib.transactions import write
from publications.models import Photo, Resemblance, Verdict

MOST = 20  # pairs that one new photo can add: a picture that everybody has is no news
SOON = timedelta(minutes=2)  # by then the task that was woken with the photo has compared it
BATCH = 200  # photos of one round


def compare(photo_id: int) -> None:
    """Look for a photo among other people's and note the closest; once, however often it is asked for."""
    photo = Photo.objects.filter(pk=photo_id, compared_at=None).select_related("image", "publication").first()
    if photo is None:
        return
    # Committed before the look-up: of two photos that come at the same moment one finds the other.
    likeness.remember(photo.image)
    found = [] if photo.image.likeness is None else likeness.near(photo.image.likeness)
    _note(photo, {near.image_id: near for near in found})


def waiting() -> list[int]:
    """Return photos that should have been compared by now, oldest first."""
    late = Photo.objects.filter(compared_at=None, created_at__lt=timezone.now() - SOON)
    return list(late.order_by("id").values_list("pk", flat=True)[:BATCH])


@write
def decide(resemblance_id: int, verdict: Verdict, *, by: Actor) -> Resemblance:
    """Say what a pair is; for staff only. Conflict when somebody else has said otherwise meanwhile.

    `OPEN` takes back what was said, whoever said it.
    """
    require_staff(by)
    pair = Resemblance.objects.select_for_update().filter(pk=resemblance_id).first()
    if pair is None:
        raise NotFound
    if pair.verdict == verdict:
        return pair
    if Verdict.OPEN not in {verdict, pair.verdict}:
        raise Conflict(_("Somebody has decided otherwise meanwhile. Take that back first."))
    is_decided = verdict is not Verdict.OPEN
    pair.verdict = verdict
    pair.decided_by = by if is_decided and isinstance(by, User) else None
    pair.decided_at = timezone.now() if is_decided else None
    pair.save(update_fields=["verdict", "decided_by", "decided_at"])
    return pair


@dataclass(frozen=True)
class _Lookalike:
    """Another owner's photo, and how close it is."""

    photo_id: int
    near: Near


@write
def _note(photo: Photo, found: dict[int, Near]) -> None:
    # Locked, so that none is deleted before the pairs that point to it are there.
    chosen = Photo.objects.select_for_update().filter(image__in=[photo.image_id, *found]).order_by("pk")
    locked = {other.pk: other for other in chosen}
    if photo.pk not in locked or locked[photo.pk].compared_at is not None:
        return
    strangers = Photo.objects.filter(pk__in=locked).exclude(publication__owner=photo.publication.owner_id)
    lookalikes = [_Lookalike(pk, found[image]) for pk, image in strangers.values_list("pk", "image_id")]
    Resemblance.objects.bulk_create(_pairs(photo, _closest(lookalikes)), ignore_conflicts=True)
    Photo.objects.filter(pk=photo.pk).update(compared_at=timezone.now())


def _closest(lookalikes: Iterable[_Lookalike]) -> list[_Lookalike]:
    return sorted(lookalikes, key=lambda other: (other.near.distance, other.photo_id))[:MOST]


def _pairs(photo: Photo, lookalikes: Iterable[_Lookalike]) -> list[Resemblance]:
    return [
        Resemblance(
            earlier_id=min(photo.pk, other.photo_id),
            later_id=max(photo.pk, other.photo_id),
            distance=other.near.distance,
            is_mirrored=other.near.is_mirrored,
        )
        for other in lookalikes
    ]
