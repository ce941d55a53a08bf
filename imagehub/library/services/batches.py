"""One recipe for many images, done step by step so that nothing is lost with a worker."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from celery import current_app
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from imagehub.editor import services as editor
from imagehub.editor.models import Edit, Kept
from imagehub.editor.policies import person
from imagehub.editor.recipes import ordered, written_as
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.policies import may_change
from imagehub.lib.errors import ImageHubError, NotFound, Throttled, Unavailable
from imagehub.lib.transactions import after_commit, write
from imagehub.library import policies, shelving
from imagehub.library.models import Batch, Part, State
from imagehub.library.policies import Asking
from imagehub.library.services.albums import require_room

LEASE = timedelta(minutes=2)  # in which a worker has done an image, or is no more
QUIET = timedelta(minutes=1)  # after which an order of which no image was begun has no worker
MOST_OPEN = 3  # orders of one account: each takes turns of a worker, of which there are few
QUALITY = 85
TASK = "imagehub.library.tasks.edit_many"
log = structlog.get_logger(__name__)


def begin(image_ids: Sequence[str], recipe: Recipe, kept: Kept, *, by: Asking) -> Batch:
    """Order that a recipe be carried out on each of these images, in this order; work begins after the answer.

    ImageNotFound, before anything is begun, when `by` may not change one of them; Conflict while `MOST_OPEN` others
    are under way.
    """
    policies.images_kept_by(by, image_ids)
    return _begun(list(dict.fromkeys(image_ids)), Batch(owner_id=person(by), recipe_json=recipe.canonical(), kept=kept))


def idle() -> QuerySet[Batch]:
    """Return orders that are under way and have no worker, the oldest first."""
    begun = timezone.now() - QUIET + LEASE
    return Batch.objects.filter(finished_at=None).exclude(parts__leased_until__gt=begun).order_by("pk")


def batch_of(public_id: str, *, by: Asking, among: QuerySet[Batch] | None = None) -> Batch:
    """Return an order that `by` may know of, or NotFound whatever the reason."""
    rows = Batch.objects.all() if among is None else among
    batch = rows.filter(public_id=public_id).first()
    if batch is None or not may_change(by, batch.owner_id):
        raise NotFound
    return batch


@write
def cancel(public_id: str, *, by: Asking) -> Batch:
    """Begin no further image; what is done stays. One that is over or cancelled needs nothing."""
    batch = batch_of(public_id, by=by, among=Batch.objects.select_for_update())
    if batch.finished_at is None:
        batch.cancelled_at = batch.finished_at = timezone.now()
        batch.save(update_fields=["cancelled_at", "finished_at"])
    return batch


def step(batch_pk: int) -> bool:
    """Do the next image that waits and tell whether to go on; however many workers ask, each is done once.

    Where a part that we depend on does not answer, the image waits for its lease to end, and the worker goes.
    """
    batch = Batch.objects.select_related("owner").filter(pk=batch_pk, finished_at=None).first()
    claim = _claimed(batch) if batch else None
    if batch is None or claim is None:
        return False
    try:
        made = claim.made_before or _saved(batch, claim.part)
    except (Unavailable, Throttled):
        return False
    except ImageHubError as refusal:
        _done(claim.part, State.FAILED, code=refusal.code)
    except DatabaseError:
        raise  # nothing is known of the image: its lease ends, and it waits again
    except Exception:
        # An error of ours, which would come each time: no image may keep an order from its end.
        log.exception("batch.image_failed", batch=batch.public_id, image=claim.part.image_id_told)
        _done(claim.part, State.FAILED, code=ImageHubError.code)
    else:
        _done(claim.part, State.DONE, made_id_told=made.image.public_id)
    return True


@dataclass(frozen=True)
class _Claim:
    """An image that a worker has for itself, and what another one made of it that was lost before it said so."""

    part: Part
    made_before: Edit | None


@write
def _begun(image_ids: Sequence[str], batch: Batch) -> Batch:
    shelving.locked(batch.owner)
    require_room(Batch.objects.filter(owner=batch.owner, finished_at=None).count() + 1, MOST_OPEN)
    batch.pk = None
    batch.save(force_insert=True)
    each = enumerate(image_ids)
    Part.objects.bulk_create([Part(batch=batch, position=place, image_id_told=one) for place, one in each])
    after_commit(current_app.send_task, TASK, [batch.pk], retry=False)
    return batch


@write
def _claimed(batch: Batch) -> _Claim | None:
    now = timezone.now()
    skip = connection.features.has_select_for_update_skip_locked
    waiting = Part.objects.select_for_update(skip_locked=skip).filter(batch=batch, state=State.WAITING)
    part = waiting.filter(Q(leased_until=None) | Q(leased_until__lt=now)).order_by("position").first()
    if part is None:
        _finish(batch)
        return None
    made_before = _made_before(batch, part) if part.leased_until else None
    part.leased_until = now + LEASE
    part.save(update_fields=["leased_until"])
    return _Claim(part, made_before)


def _made_before(batch: Batch, part: Part) -> Edit | None:
    edits = Edit.objects.filter(parent_id_told=part.image_id_told, recipe_json=batch.recipe_json)
    alike = edits.filter(is_revision=batch.kept == Kept.REVISION, created_at__gte=batch.created_at)
    told = Part.objects.filter(image_id_told=part.image_id_told).exclude(made_id_told="").values("made_id_told")
    return alike.exclude(image__public_id__in=told).with_images().order_by("pk").first()


def _saved(batch: Batch, part: Part) -> Edit:
    order = ordered(part.image_id_told, json.loads(batch.recipe_json), by=batch.owner)
    output = Output(written_as(order.image.content_type), QUALITY)
    return editor.save(order, output, by=batch.owner, kept=Kept(batch.kept))


def _done(part: Part, state: State, **facts: str) -> None:
    Part.objects.filter(pk=part.pk).update(state=state, **facts)


def _finish(batch: Batch) -> None:
    if not Part.objects.filter(batch=batch, state=State.WAITING).exists():
        Batch.objects.filter(pk=batch.pk, finished_at=None).update(finished_at=timezone.now())
