"""Recipes as callers send them, with the images that they lay on a picture."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from imagehub.editor import policies
from imagehub.editor.faults import worded
from imagehub.editor.policies import Editor
from imagehub.images import decoders, sight, storage
from imagehub.images.models import Image
from imagehub.images.pipeline.editing import cost, grammar
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.pipeline.editing.output import FORMATS
from imagehub.images.pipeline.editing.refused import RecipeRefused, TooExpensive
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.render import Rendered
from imagehub.lib.errors import ImageNotFound, Invalid, RecipeTooExpensive


@dataclass(frozen=True)
class Order:
    """A picture and what is to be done to it, found to be within the budget."""

    image: Image
    recipe: Recipe
    overlays: Mapping[str, bytes]

    def carried_out(self, output: Output) -> Rendered:
        """Return the picture that it gives.

        ImageNotFound where the original can't be read, RecipeTooExpensive where it takes longer than was reckoned.
        """
        try:
            return decoders.edit(storage.read(self.image.key), self.recipe, output, self.overlays)
        except Refusal as refusal:
            raise (RecipeTooExpensive if refusal.reason is Reason.TOO_EXPENSIVE else ImageNotFound) from refusal


def ordered(image_id: str, recipe: object, *, by: Editor) -> Order:
    """Judge what `by` wants done to a picture; Invalid, RecipeTooExpensive or ImageNotFound before a pixel is read."""
    image = policies.image_seen_by(by, image_id)
    wanted = read(recipe)
    try:
        cost.admit(wanted, image.width, image.height)
    except TooExpensive:
        raise RecipeTooExpensive from None
    others = {name: policies.image_seen_by(by, name) for name in sorted(wanted.images)}
    _require_outside_the_bin(others)
    if sum(other.size for other in others.values()) > cost.MOST_BYTES:
        raise RecipeTooExpensive
    return Order(image, wanted, {name: storage.read(other.key) for name, other in others.items()})


def _require_outside_the_bin(others: Mapping[str, Image]) -> None:
    """Refuse what is gone one of these days, and with it every later look at the recipe."""
    if others and Image.objects.filter(sight.binned(), public_id__in=others).exists():
        said = _("A picture in the recycle bin can't be laid on another. Restore it first.")
        raise Invalid(details={"recipe": [said]})


def written_as(content_type: str) -> Format:
    """Return the format that an edit of such a picture has unless another is asked for: its own, or PNG."""
    form = Format(content_type.removeprefix("image/"))
    return form if form in FORMATS else Format.PNG


def read(recipe: object) -> Recipe:
    """Read a recipe as a caller sends it; Invalid, with a sentence for each fault."""
    try:
        return grammar.read(recipe)
    except RecipeRefused as refused:
        raise Invalid(details={"recipe": worded(refused.faults)}) from None
