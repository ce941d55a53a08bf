"""What the name of a rendition stands for: one of the fixed sizes, or the address of a recipe."""

import functools

from imagehub.images import decoders, presets
from imagehub.images.pipeline.editing import cost, grammar
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.pipeline.editing.refused import RecipeRefused, TooExpensive
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Rendered
from imagehub.lib.errors import ImageNotFound

_SHOWN = 40  # signs of a recipe's digest that tell its renditions apart


def is_preset(name: str) -> bool:
    """Tell whether a name is one of the fixed sizes, which public images show to anybody."""
    return name in presets.PRESETS


def label(name: str) -> str:
    """Return under which name a rendition is kept; ImageNotFound for what is neither a size nor a recipe."""
    return name if is_preset(name) else f"r-{recipe(name).digest[:_SHOWN]}"


def made(name: str, data: bytes, format_: Format, size: tuple[int, int]) -> Rendered:
    """Make a rendition of a picture of this size; `Refusal` if it does not decode, ImageNotFound beyond the budget."""
    if is_preset(name):
        return decoders.render(data, presets.spec(name, format_))
    wanted = recipe(name)
    try:
        cost.admit(wanted, *size)
    except TooExpensive:
        raise ImageNotFound from None
    return decoders.edit(data, wanted, Output(format_, presets.QUALITY[format_]), {})


@functools.lru_cache(maxsize=256)
def recipe(address: str) -> Recipe:
    """Return the recipe of an address, one that lays no other image on the picture; ImageNotFound for none."""
    try:
        found = grammar.from_address(address)
    except RecipeRefused:
        raise ImageNotFound from None
    if found.images:
        raise ImageNotFound
    return found
