"""Images at the fixed sizes or after a recipe: made on first request, once, and again when they are lost."""

from contextlib import suppress

import structlog

from imagehub.images import attempts, making, queueing, reaper, settling, shelf, storage
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.render import Rendered
from imagehub.images.storage import ObjectMissing
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.transactions import write
from imagehub.lib.turns import Late, turn

log = structlog.get_logger(__name__)

MOMENT = 2.0  # seconds that somebody waits without a place for what another makes


def rendition(image: Image, name: str, format_: Format) -> Rendition:
    """Return a preset or recipe in a format, making it if nobody has.

    ImageNotFound for a lost image, RenditionTooExpensive for what takes too much work.
    """
    return find(image.public_id, file_name_of(name, format_)) or _made_once(image, name, format_)


def file_name_of(name: str, format_: Format) -> str:
    """Return under which name the rendition of a preset or recipe is kept."""
    return f"{making.label(name)}.{format_.extension}"


def find(public_id: str, file_name: str) -> Rendition | None:
    """Return a rendition that exists, in one query."""
    return shelf.ALL.find(public_id, [file_name]).get(file_name)


def read(image: Image, name: str, format_: Format) -> tuple[Rendition, bytes]:
    """Return a rendition with its bytes; one whose object has vanished is made again."""
    kept = rendition(image, name, format_)
    try:
        return kept, storage.read(kept.key)
    except ObjectMissing:
        made = remade(kept, name, format_)
        return made, storage.read(made.key)


def remade(lost: Rendition, name: str, format_: Format) -> Rendition:
    """Replace a rendition whose object has vanished."""
    log.warning("rendition.lost", key=lost.key)
    forget(lost)
    return rendition(lost.image, name, format_)


@write
def forget(lost: Rendition) -> None:
    """Delete the row of one rendition, and whatever may lie under its key."""
    if Rendition.objects.filter(pk=lost.pk).delete()[0]:
        reaper.bury([lost.key])


def _made_once(image: Image, name: str, format_: Format) -> Rendition:
    """Make it unless another thread of ours did meanwhile; other processes are settled by the row.

    Whoever waits for a size that is being made already takes no place in the queue, unless that lasts. A recipe, an
    animation or a large size may take so long that all threads would come to wait for it.
    """
    file_name = file_name_of(name, format_)
    mine = f"rendition/{image.pk}/{file_name}"
    if making.is_quick(name, image):
        with suppress(Late), turn(mine, MOMENT):
            return find(image.public_id, file_name) or _queued(image, name, format_)
    with queueing.queue.place(image.owner_id), turn(mine):
        return find(image.public_id, file_name) or _made(image, name, format_)


def _queued(image: Image, name: str, format_: Format) -> Rendition:
    with queueing.queue.place(image.owner_id):
        return _made(image, name, format_)


def _made(image: Image, name: str, format_: Format) -> Rendition:
    try:
        return settling.keep(image, making.label(name), _rendered(image, name, format_))
    except settling.Outdated:
        # Whoever has set another place to keep meanwhile could not drop what was not there yet.
        now = next(iter(Image.objects.filter(pk=image.pk)[:1]), None)
        if now is None:
            raise ImageNotFound from None
        return _made(now, name, format_)


def _rendered(image: Image, name: str, format_: Format) -> Rendered:
    try:
        with attempts.attempted(f"{image.public_id}/{file_name_of(name, format_)}"):
            return making.made(name, format_, image)
    except Refusal as refusal:
        # We cleaned these bytes ourselves: what can't be read now was damaged where it lies.
        log.error("image.unreadable", key=image.key, reason=refusal.reason)  # noqa: TRY400  # ours, not a crash
        raise ImageNotFound from refusal
