"""Addresses of renditions, given away."""

import time

from django.utils.translation import gettext as _

from imagehub.editor import policies
from imagehub.editor.policies import Editor
from imagehub.editor.recipes import ordered
from imagehub.images import making
from imagehub.images.links import image_url, recipe_url
from imagehub.lib.errors import Invalid


def address(image_id: str, operations: object, seconds: int | None, *, by: Editor) -> str:
    """Return the signed address of a fixed size or of what a recipe gives.

    Invalid for a size that there isn't, and for a recipe with other images.
    """
    until = int(time.time()) + seconds if seconds else None
    if isinstance(operations, str):
        image = policies.image_seen_by(by, image_id)
        return image_url(image, _size(operations), until=until)
    order = ordered(image_id, operations, by=by)
    if order.recipe.images:
        raise Invalid(details={"operations": [_("An address can't lay other images on the picture.")]})
    return recipe_url(order.image, order.recipe.address(), until=until)


def _size(name: str) -> str:
    if not making.is_preset(name):
        raise Invalid(details={"operations": [_("There is no such size.")]})
    return name
