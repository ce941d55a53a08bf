"""Images at the fixed sizes or after a recipe: made on first request, once, and again when they are lost."""

from collections.abc import Callable, Sequence

import structlog
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from imagehub.images import making, queueing, reaper, settling, storage
from imagehub.images.models import Image, Rendition, RenditionQuerySet
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.render import Rendered
from imagehub.images.storage import ObjectMissing
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.prepared import Prepared
from imagehub.lib.transactions import write
from imagehub.lib.turns import turn

log = structlog.get_logger(__name__)
_COLUMNS = [field.attname for field in Rendition._meta.concrete_fields]  # noqa: SLF001  # Django's documented name
_EXAMPLES = ("one", "other")


def rendition(image: Image, name: str, format_: Format) -> Rendition:
    """Return a preset or recipe in a format, making it if nobody has; ImageNotFound for a lost image."""
    return find(image.public_id, file_name_of(name, format_)) or _made_once(image, name, format_)


def file_name_of(name: str, format_: Format) -> str:
    """Return under which name the rendition of a preset or recipe is kept."""
    return f"{making.label(name)}.{format_.extension}"


def find(public_id: str, file_name: str, *, among: RenditionQuerySet | None = None) -> Rendition | None:
    """Return a rendition that exists, in one query."""
    kept = Rendition.objects.all() if among is None else among
    return _only(kept.filter(image__public_id=public_id, name=file_name))


class Shelf:
    """Renditions in somebody's reach, looked up by image and by one or two names in a query that was composed once."""

    def __init__(self, reach: Callable[[], RenditionQuerySet]) -> None:
        self._lookups = {
            count: Prepared(
                lambda count=count: (  # type: ignore[misc]  # it can't tell the type of a bound default
                    reach().filter(image__public_id="id").filter(name__in=_EXAMPLES[:count]).values_list(*_COLUMNS)
                )
            )
            for count in range(1, len(_EXAMPLES) + 1)
        }

    def find(self, public_id: str, file_names: Sequence[str]) -> dict[str, Rendition]:
        """Return those renditions of an image that exist, by their names."""
        rows = self._lookups[len(file_names)].rows(public_id, *file_names)
        found = (Rendition.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row) for row in rows)
        return {kept.name: kept for kept in found}


ALL = Shelf(Rendition.objects.all)
PUBLIC = Shelf(Rendition.objects.public)


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


def _only(unique: QuerySet[Rendition]) -> Rendition | None:
    # Not first(): ordering what is unique anyway costs a third of the view's time.
    return next(iter(unique[:1]), None)


def _made_once(image: Image, name: str, format_: Format) -> Rendition:
    """Make it unless another thread of ours did meanwhile; other processes are settled by the row.

    Whoever waits for a size that is being made already takes no place in the queue. A recipe or an
    animation may take so long that all threads would come to wait for it.
    """
    file_name = file_name_of(name, format_)
    mine = turn(f"rendition/{image.pk}/{file_name}")
    if making.is_quick(name):
        with mine:
            return find(image.public_id, file_name) or _queued(image, name, format_)
    with queueing.queue.place(image.owner_id), mine:
        return find(image.public_id, file_name) or _made(image, name, format_)


def _queued(image: Image, name: str, format_: Format) -> Rendition:
    with queueing.queue.place(image.owner_id):
        return _made(image, name, format_)


def _made(image: Image, name: str, format_: Format) -> Rendition:
    kept = settling.keep(image, making.label(name), _rendered(image, name, format_))
    now = next(iter(Image.objects.filter(pk=image.pk)[:1]), None)
    if now is None or (now.focus_x, now.focus_y) == (image.focus_x, image.focus_y):
        return kept
    # Whoever has set another place to keep meanwhile could not drop what was not there yet.
    forget(kept)
    return _made(now, name, format_)


def _rendered(image: Image, name: str, format_: Format) -> Rendered:
    try:
        return making.made(name, format_, image)
    except Refusal as refusal:
        # We cleaned these bytes ourselves: what can't be read now was damaged where it lies.
        log.error("image.unreadable", key=image.key, reason=refusal.reason)  # noqa: TRY400  # ours, not a crash
        raise ImageNotFound from refusal
