"""What is wrong with a recipe, in words; the pipeline says it in signs."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: dict[str, str | Promise] = {
    "list": _("Write a list of operations."),
    "object": _("Write an object."),
    "number": _("Write a number."),
    "integer": _("Write a whole number."),
    "string": _("Write a text."),
    "operation": _("There is no such operation."),
    "required": _("This is missing."),
    "unknown": _("There is no such parameter."),
    "range": _("Write a number from {} to {}."),
    "length": _("Write {} to {} characters."),
    "count": _("At most {} operations are possible."),
    "choice": _("Choose one of: {}."),
    "colour": _("Write a colour as #rrggbb."),
    "image": _("Write the id of an image."),
    "characters": _("Some of these characters can't be drawn."),
    "either": _("At least one of these is needed: {}."),
    "outside": _("This reaches beyond the picture."),
    "missing": _("There is no such image."),
    "size": _("The result would be too large."),
}
_UNKNOWN = _("This is not possible.")
_LISTED = {"choice", "either"}  # what is said with all their words


def worded(faults: Mapping[str, str]) -> list[str]:
    """Return a sentence for each fault, behind the place in the recipe that it is about (RFC 6901)."""
    return [f"{place}: {_sentence(fault)}" if place else _sentence(fault) for place, fault in faults.items()]


def _sentence(fault: str) -> str:
    word, *facts = fault.split(" ")
    told = [", ".join(facts)] if word in _LISTED else facts
    return str(_SENTENCES.get(word, _UNKNOWN)).format(*told)
