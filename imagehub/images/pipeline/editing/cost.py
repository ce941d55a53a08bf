"""What a recipe costs, reckoned from sizes alone.

The unit is a million pixels through a plain operation, such as a copy with another brightness: about ten
milliseconds of one processor. The weights are measured ones, rounded up.
"""

from collections.abc import Iterator, Mapping

from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.pipeline.editing.operations import MOST_SIDE
from imagehub.images.pipeline.editing.output import Output
from imagehub.images.pipeline.editing.plan import COLOURS, Action, Plan, Size, planned
from imagehub.images.pipeline.editing.refused import RecipeRefused, TooExpensive
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe

BUDGET = 600.0
"""What one edit may cost, in the unit of `cost`: some seconds."""

MOST_PIXELS = 50_000_000
_MOST_WEBP_SIDE = 16_383
_STORED = Limits(bytes=1 << 28, scans=1000)
"""What stored pictures are held to: they were judged when they came, by limits of their own."""

_DECODING, _RESIZING = 2.0, 1.0
_WEIGHTS = {"rotate": 6.0, "resize": 4.0, "sharpen": 6.0, "blur": 6.0, "text": 2.0, "watermark": 3.0}
_ENCODING = {Format.JPEG: 2.0, Format.PNG: 8.0, Format.WEBP: 12.0, Format.AVIF: 12.0}


def cost(recipe: Recipe, width: int, height: int) -> float:
    """Reckon what the recipe costs for a picture of that size, without encoding and without other images."""
    return sum(_costs(planned(recipe, (width, height))))


def admit(recipe: Recipe, size: Size, output: Output, overlays: Mapping[str, bytes]) -> None:
    """Refuse what would cost too much or make too large a picture, wherever in between, and images not given.

    A preview is judged like the whole. Only headers are read: raises `RecipeRefused`, `TooExpensive` or, over an
    overlay that is no picture, `Refusal`.
    """
    missing = sorted(recipe.images - overlays.keys())
    if missing:
        raise RecipeRefused(_where(recipe, missing))
    plan = planned(recipe, size)
    side = _MOST_WEBP_SIDE if output.format is Format.WEBP else MOST_SIDE
    places = [0, *(action.place for action in plan.actions)]
    sizes = [plan.first, *(action.size for action in plan.actions)]
    faults = {
        f"/{place}": f"size {side} {MOST_PIXELS // 10**6}"
        for place, made in zip(places, sizes, strict=True)
        if _is_large(made, side)
    }
    if faults:
        raise TooExpensive(faults)
    _admit_cost(sum(_costs(plan)) + _extra(plan, recipe, output, overlays))


def judged(data: bytes) -> Facts:
    """Judge the header of a stored picture; raises `Refusal`."""
    return probe(data, formats=frozenset(Format), limits=_STORED)


def _admit_cost(estimate: float) -> None:
    if estimate > BUDGET:
        raise TooExpensive({"": f"cost {round(estimate)} {round(BUDGET)}"})


def _where(recipe: Recipe, missing: list[str]) -> dict[str, str]:
    named = ((number, step.values.get("image")) for number, step in enumerate(recipe.steps))
    return {f"/{number}/image": "missing" for number, image in named if image in missing}


def _is_large(size: Size, side: int) -> bool:
    return max(size) > side or size[0] * size[1] > MOST_PIXELS


def _costs(plan: Plan) -> Iterator[float]:
    yield _area(plan.original) * _DECODING + _area(plan.first) * _RESIZING
    before = plan.first
    for action in plan.actions:
        yield max(_area(before), _area(action.size)) * _weight(action)
        before = action.size


def _weight(action: Action) -> float:
    operation = action.steps[0].operation
    return 2.0 if operation in COLOURS else _WEIGHTS.get(operation, 1.0)


def _extra(plan: Plan, recipe: Recipe, output: Output, overlays: Mapping[str, bytes]) -> float:
    """Reckon the encoding, and the decoding of the other images, as often as they are laid on."""
    named = [step.word("image") for step in recipe.steps if step.operation == "watermark"]
    marks = [judged(overlays[name]) for name in named]
    decoding = sum(_area((mark.width, mark.height)) for mark in marks) * (_DECODING + _RESIZING)
    return decoding + _area(plan.size) * _ENCODING[output.format]


def _area(size: Size) -> float:
    return size[0] * size[1] / 10**6
