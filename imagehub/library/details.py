"""All that is known of one picture."""

from dataclasses import dataclass
from typing import cast

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from imagehub.editor.models import Edit
from imagehub.images import animations
from imagehub.images.links import shown_url
from imagehub.images.models import Image
from imagehub.library import browsing, grid, labels
from imagehub.library.grid import Tile
from imagehub.library.models import Entry
from imagehub.library.places import Place

MOST_SIMILAR = 6
MOST_EDITS = 12


@dataclass(frozen=True)
class Detail:
    """A picture with its surroundings."""

    entry: Entry
    image: Image
    label: str
    heading: str  # above a page of its own: edits go by the titles of their originals, so they say since when
    source: str
    format: str
    origin: str
    places: list[Place]
    similar: list[Tile]
    edits: list[Edit]  # what was made of it, the newest first
    edit: Edit | None  # how it was made of another

    @property
    def moving(self) -> str:
        """The address where it moves; empty for a still."""
        name = animations.moving_or_original(self.image)
        return shown_url(self.image, name) if name else ""

    @property
    def is_stilled(self) -> bool:
        """Whether it stands still although what it was made of moves."""
        parent = self.edit.parent if self.edit else None
        return parent is not None and parent.is_moving and not self.image.is_moving

    @property
    def seconds(self) -> float:
        """How long one round of an animation takes."""
        return self.image.duration / 1000


def of(entry: Entry) -> Detail:
    """Return what is known of a picture; a bounded number of queries."""
    image = cast("Image", entry.image)
    edit = Edit.objects.filter(image=image).select_related("parent__entry").first()
    return Detail(
        entry=entry,
        image=image,
        label=grid.label_of(entry),
        heading=_heading(entry, edit),
        source=str(labels.SOURCES[image.source]),
        format=labels.FORMATS[image.content_type.removeprefix("image/")],
        origin=str(labels.ORIGINS[image.origin]),
        places=browsing.used(image),
        similar=[grid.tile(other) for other in browsing.similar(entry, MOST_SIMILAR)],
        edits=list(Edit.objects.filter(parent=image).with_images().order_by("-pk")[:MOST_EDITS]),
        edit=edit,
    )


def _heading(entry: Entry, edit: Edit | None) -> str:
    if edit is None or entry.own_title or not entry.title:
        return grid.label_of(entry)
    day = formats.date_format(timezone.localtime(edit.created_at), "DATETIME_FORMAT")
    return _("%(title)s, edit of %(day)s") % {"title": entry.title, "day": day}
