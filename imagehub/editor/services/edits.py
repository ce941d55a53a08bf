"""Saving what was edited, and taking it back; the original never changes."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from imagehub.editor import policies, revisions
from imagehub.editor.models import Edit, Kept
from imagehub.editor.policies import Editor
from imagehub.editor.recipes import Order
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.images import origins
from imagehub.images import services as images
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.services import Stored
from imagehub.lib import ids
from imagehub.lib.errors import ImageNotFound, NotFound
from imagehub.lib.transactions import write

LARGEST = Limits(bytes=64 * 1024 * 1024)


def save(order: Order, output: Output, *, by: Editor, kept: Kept = Kept.COPY) -> Edit:
    """Carry an order out and keep what it gives; see `keep`."""
    return keep(order, made(order, output), by=by, kept=kept)


def made(order: Order, output: Output) -> Clean:
    """Return what an order gives as a picture to keep; takes seconds, so it belongs before any transaction."""
    rendered = order.carried_out(output)
    clean = images.judge(rendered.data, formats=frozenset({rendered.format}), limits=LARGEST)
    return origins.edited(clean, order.image.source_type)


def keep(
    order: Order, clean: Clean, *, by: Editor, kept: Kept = Kept.COPY, along: Callable[[Edit], None] | None = None
) -> Edit:
    """Keep what an order gave as a new image of the original's owner, with its recipe and its parent.

    A revision stands in the parent's place until it is taken back or a newer one is saved. What `along` does is part
    of the transaction, perhaps of several tries at it; whatever it raises, nothing is kept.
    """
    key = f"edits/{order.image.public_id}/{ids.object_id()}.{clean.format.extension}"
    with images.stored(clean, key=key) as stored:
        return _kept(_Draft(order, stored, kept), along, by)


@write
def revert(public_id: str, *, by: Editor) -> Edit:
    """Say that an edit is no longer wanted; its image and its recipe stay. One that is reverted needs nothing.

    A revision gives its place back to the newest one before it that stands, or to the original.
    """
    edit = Edit.objects.select_for_update().with_images().filter(public_id=public_id).first()
    if edit is None or not policies.may_edit(by, edit.owner_id):
        raise NotFound
    if edit.reverted_at is None:
        edit.reverted_at = timezone.now()
        edit.save(update_fields=["reverted_at"])
        _show(edit)
        _announce(Kind.EDIT_REVERTED, edit)
    return edit


@dataclass(frozen=True)
class _Draft:
    """An edit whose picture is durable already."""

    order: Order
    stored: Stored
    kept: Kept


@write
def _kept(draft: _Draft, along: Callable[[Edit], None] | None, by: Editor) -> Edit:
    parent = Image.objects.select_for_update().select_related("owner").filter(pk=draft.order.image.pk).first()
    if parent is None:
        raise ImageNotFound
    policies.image_seen_by(by, parent.public_id)
    quota = import_string(settings.QUOTA_OF)(parent.owner)
    made = images.ingest(draft.stored, owner=parent.owner, source=Source.EDIT, quota=quota)
    edit = Edit.objects.create(
        owner=parent.owner,
        image=made,
        parent=parent,
        parent_id_told=parent.public_id,
        recipe_json=draft.order.recipe.canonical(),
        is_revision=draft.kept is Kept.REVISION,
    )
    _show(edit)
    _announce(Kind.EDIT_SAVED, edit)
    if along is not None:
        along(edit)
    return edit


def _show(edit: Edit) -> None:
    """Let lists look again at what a revision has hidden or shown."""
    if edit.is_revision:
        images.relist(revisions.family([edit]))


def _announce(kind: Kind, edit: Edit) -> None:
    facts = {"edit_id": edit.public_id, "image_id": edit.image.public_id, "parent": edit.parent_id_told}
    outbox.record(kind, audience=audience.user(edit.owner), data=facts)
