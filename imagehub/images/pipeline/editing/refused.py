"""How a recipe is refused."""

from collections.abc import Mapping


class RecipeRefused(Exception):
    """A recipe that says nothing we can do; `faults` tells where and why.

    A key is a JSON pointer (RFC 6901) into the recipe, the empty one being the recipe itself; a value is one
    word, followed by what it speaks of, set apart by blanks:

    `list` `object` `number` `integer` `string` another kind is wanted · `operation` no such operation ·
    `required` is missing · `unknown` no such parameter · `range least most` · `length least most` in characters ·
    `count most` operations · `choice …` one of these · `colour` `image` `characters` not written as one wants it ·
    `either …` at least one of these · `outside` reaches beyond the picture · `missing` an image that was not given ·
    `spelling` an address that we would write otherwise · `cost estimate budget` · `size side megapixels` at most ·
    `bytes most` of the other images.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(self.faults)


class TooExpensive(RecipeRefused):
    """A recipe that would cost more than we spend on one; no pixel was touched."""
