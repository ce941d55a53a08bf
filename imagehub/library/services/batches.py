"""One recipe for many images, done step by step so that nothing is lost with a worker."""

import json
from collections.abc import Sequence
from datetime import timedelta

import structlog
from celery import current_app
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from imagehub.editor import services as editor
from imagehub.editor.models import Edit, Kept
from imagehub.editor.policies import person
from imagehub.editor.recipes import Order, ordered, written_as
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.policies import may_change
from imagehub.lib.bounds import require_room
from imagehub.lib.errors import ImageHubError, NotFound, Throttled, Unavailable
from imagehub.lib.transactions import after_commit, write
from imagehub.library import policies, shelving
from imagehub.library.models import Batch, Part, State
from imagehub.library.policies import Asking

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
    part = _claimed(batch) if batch else None
    if batch is None or part is None:
        return False
    try:
        _keep(batch, part, *_made(batch, part))
    except _Overtaken:
        log.warning("batch.image_overtaken", batch=batch.public_id, image=part.image_id_told)
    except (Unavailable, Throttled):
        return False
    except ImageHubError as refusal:
        _settle(part, State.FAILED, code=refusal.code)
    except DatabaseError:
        raise  # nothing is known of the image: its lease ends, and it waits again
    except Exception:
        # An error of ours, which would come each time: no image may keep an order from its end.
        log.exception("batch.image_failed", batch=batch.public_id, image=part.image_id_told)
        _settle(part, State.FAILED, code=ImageHubError.code)
    return True


class _Overtaken(Exception):
    """Another worker has the image since our lease ended, and what it makes of it counts."""


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
def _claimed(batch: Batch) -> Part | None:
    now = timezone.now()
    skip = connection.features.has_select_for_update_skip_locked
    waiting = Part.objects.select_for_update(skip_locked=skip).filter(batch=batch, state=State.WAITING)
    part = waiting.filter(Q(leased_until=None) | Q(leased_until__lt=now)).order_by("position").first()
    if part is None:
        _finish(batch)
        return None
    part.leased_until = now + LEASE
    part.save(update_fields=["leased_until"])
    return part


def _made(batch: Batch, part: Part) -> tuple[Order, Clean]:
    order = ordered(part.image_id_told, json.loads(batch.recipe_json), by=batch.owner)
    output = Output(written_as(order.image.content_type), QUALITY)
    return order, editor.made(order, output)


def _keep(batch: Batch, part: Part, order: Order, clean: Clean) -> None:
    """Keep what was made and say so in one transaction: a worker that is lost has done both or nothing."""

    def settle(edit: Edit) -> None:
        if not _settle(part, State.DONE, made_id_told=edit.image.public_id):
            raise _Overtaken

    editor.keep(order, clean, by=batch.owner, kept=Kept(batch.kept), along=settle)


def _settle(part: Part, state: State, **facts: str) -> bool:
    """Say what has become of an image unless another worker has it by now; tell whether that was so."""
    mine = Part.objects.filter(pk=part.pk, state=State.WAITING, leased_until=part.leased_until)
    return bool(mine.update(state=state, **facts))


def _finish(batch: Batch) -> None:
    if not Part.objects.filter(batch=batch, state=State.WAITING).exists():
        Batch.objects.filter(pk=batch.pk, finished_at=None).update(finished_at=timezone.now())
