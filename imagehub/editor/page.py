"""What the editor's pages show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from imagehub.editor import items, policies
from imagehub.editor.models import Edit
from imagehub.editor.policies import Editor
from imagehub.editor.recipes import written_as
from imagehub.images import sight
from imagehub.images.links import extension_of, shown_url
from imagehub.images.models import Image
from imagehub.lib import keyset
from imagehub.lib.errors import NotFound
from imagehub.lib.numbers import number_of

MOST_VERSIONS = 50
RECENT = 48
CHOICES = 40
WORKING = "view"
"""The fixed size of a picture that the page works on; what is saved is made of the original."""


@dataclass(frozen=True)
class Desk:
    """A picture that is being edited, with the edit that is open again, if one is."""

    image: Image
    opened: Edit | None
    made_by: Edit | None
    """How the picture itself was made, where it is an edit."""

    @property
    def recipe(self) -> list[dict[str, Any]]:
        """The recipe to begin with."""
        return self.opened.recipe if self.opened else []

    @property
    def facts(self) -> dict[str, Any]:
        """All that the page's script needs to know."""
        return {
            "image": self.image.public_id,
            "width": self.image.width,
            "height": self.image.height,
            "contentType": self.image.content_type,
            "working": shown_url(self.image, WORKING),
            "recipe": self.recipe,
            "opened": self.opened.public_id if self.opened else "",
        }

    @property
    def original(self) -> str:
        """The address of the picture as it is."""
        return shown_url(self.image)

    @property
    def format(self) -> str:
        """The format that what is saved has unless another is chosen."""
        return written_as(self.image.content_type).value

    @property
    def file_name(self) -> str:
        """Under which name the picture is downloaded."""
        return f"{self.image.public_id}.{extension_of(self.image.content_type)}"

    def versions(self) -> list[Edit]:
        """Return what was made of the picture, the newest first."""
        return list(Edit.objects.filter(parent=self.image).with_images().order_by("-pk")[:MOST_VERSIONS])


@dataclass(frozen=True)
class Named:
    """An edit and what it is called; nothing where it has no name."""

    edit: Edit
    title: str


@dataclass(frozen=True)
class Some:
    """Some of a long row, and the number before which it goes on."""

    found: list[Any]
    before: int | None


def desk(image_id: str, edit_id: str, *, by: Editor) -> Desk:
    """Return a picture that `by` may edit, with one of its edits open if it is named; NotFound for any other edit."""
    image = policies.image_seen_by(by, image_id)
    opened = Edit.objects.filter(parent=image, public_id=edit_id).first() if edit_id else None
    if edit_id and opened is None:
        raise NotFound
    return Desk(image, opened, Edit.objects.filter(image=image).with_images().first())


def recent(before: str, *, by: Editor) -> Some:
    """Return the last edits of whoever asks."""
    edits = Edit.objects.filter(owner=policies.person(by)).with_images().order_by("-pk")
    some = _some(edits, before, RECENT)
    titles = items.titles(some.found)
    return Some([Named(edit, titles.get(edit.image_id, "")) for edit in some.found], some.before)


def choices(before: str, *, by: Editor) -> Some:
    """Return pictures of whoever asks that can be laid on another and are not put away, the newest first."""
    images = Image.objects.filter(owner=policies.person(by)).exclude(sight.unseen()).order_by("-pk")
    return _some(images, before, CHOICES)


def _some(rows: QuerySet[Any], before: str, most: int) -> Some:
    number = number_of(before)
    found = keyset.part(rows if number is None else rows.filter(pk__lt=number), most + 1)
    return Some(found[:most], found[most - 1].pk if len(found) > most else None)
