"""New images in a library."""

from celery import current_app
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import User
from accounts.policies import require_may_act_for
from accounts.quotas import quota_of
from generated import terms
from generated.models import Generated
from generated.reading import Draft
from generated.services import keeping
from imagehub.api import shelves
from imagehub.events.catalog import Kind
from imagehub.images import optimising
from imagehub.images import services as images
from imagehub.images.models import Source
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.services import Stored
from imagehub.lib.digests import keyed
from imagehub.lib.transactions import after_commit, write

CHEAP = 256 * 256  # pixels up to which an image is optimised before the answer


class _TwinWasFirst(Exception):  # not an error: the image is there
    """Another request with the same content committed while this one stored its object."""

    def __init__(self, twin: Generated) -> None:
        super().__init__()
        self.twin = twin


def generate(draft: Draft, *, owner: User, by: Actor) -> tuple[Generated, bool]:
    """Keep a judged image for its owner, and tell whether it is new.

    The same prompt, pixels and metadata are the same image as long as that is live, however often and however
    parallel they come.
    """
    require_may_act_for(by, owner)
    content = _content(draft, owner)
    if twin := _live(content):
        return twin, False
    is_cheap = draft.clean.width * draft.clean.height <= CHEAP
    clean = optimising.smaller(draft.clean) if is_cheap else draft.clean
    fresh = _fresh(draft, owner, content)
    fresh.optimised_at = timezone.now() if is_cheap else None
    try:
        return _kept(fresh, clean), True
    except _TwinWasFirst as found:
        return found.twin, False


def _content(draft: Draft, owner: User) -> str:
    parts = (str(owner.pk), draft.prompt, draft.pixels, draft.metadata_json)
    return keyed("generated", (part.encode() for part in parts)).hex()


def _live(content: str) -> Generated | None:
    rows = Generated.objects.filter(live_content=content).select_related("owner", "image")
    return next(iter(rows[:1]), None)


def _fresh(draft: Draft, owner: User, content: str) -> Generated:
    return Generated(
        owner=owner,
        prompt=draft.prompt,
        metadata_json=draft.metadata_json,
        model=draft.model,
        content=content,
        live_content=content,
    )


def _kept(fresh: Generated, clean: Clean) -> Generated:
    with keeping.stored(clean, fresh.owner) as stored:
        return _added(fresh, stored)


@write
def _added(fresh: Generated, stored: Stored) -> Generated:
    keeping.lock(fresh.owner)
    if twin := _live(fresh.content):
        raise _TwinWasFirst(twin)
    _take_place(fresh)
    fresh.image = images.ingest(stored, owner=fresh.owner, source=Source.GENERATED, quota=quota_of(fresh.owner))
    fresh.pk = None
    fresh.save(force_insert=True)
    shelves.change(terms.shelf_of(fresh.owner.pk), fresh.number, gain=terms.of(fresh))
    keeping.announce(Kind.IMAGE_GENERATED, fresh)
    if fresh.optimised_at is None:
        after_commit(_wake_worker, fresh.pk)
    return fresh


def _take_place(fresh: Generated) -> None:
    """Give it the next number, and a time that is not before that of the last one."""
    last = Generated.objects.of(fresh.owner).order_by("-number").values_list("number", "created_at")
    number, created_at = next(iter(last[:1]), (0, timezone.now()))
    fresh.number, fresh.created_at = number + 1, max(timezone.now(), created_at)


def _wake_worker(pk: int) -> None:
    current_app.send_task("generated.tasks.optimise", [pk], retry=False)
