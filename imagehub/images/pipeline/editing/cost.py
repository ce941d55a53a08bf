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

BUDGET = 1000.0
"""What one edit may cost, in the unit of `cost`: ten seconds at most."""

MOST_PIXELS = 50_000_000
_WRITABLE = {Format.WEBP: (16_383, MOST_PIXELS), Format.AVIF: (MOST_SIDE, 20_000_000)}
"""The largest side and area of a result: what WebP can say, and what memory allows AVIF's encoder."""

MOST_BYTES = 1 << 26
"""Of all other images together, which travel to the decoder at once."""

_LYING = 5
"""From this orientation on, EXIF swaps width and height."""

_STORED = Limits(bytes=1 << 28, frames=1000, scans=1000)
"""What stored pictures are held to: they were judged when they came, by limits of their own."""

_DECODING, _RESIZING = 2.0, 3.0
_WEIGHTS = {"rotate": 10.0, "resize": 3.0, "sharpen": 5.0, "blur": 3.0, "text": 2.0, "watermark": 3.0}
_ENCODING = {Format.JPEG: 3.0, Format.PNG: 30.0, Format.WEBP: 12.0, Format.AVIF: 20.0}


def cost(recipe: Recipe, width: int, height: int) -> float:
    """Reckon what the recipe costs for a picture of that size, without encoding and without other images."""
    return sum(_costs(planned(recipe, (width, height))))


def admit(
    recipe: Recipe,
    width: int,
    height: int,
    output: Output | None = None,
    overlays: Mapping[str, bytes] | None = None,
) -> None:
    """Refuse what would cost too much or make too large a picture, wherever in between: raises `TooExpensive`.

    With an output its encoding counts as well, and with overlays their decoding; one that the recipe names and is not
    among them raises `RecipeRefused`, one that is no picture `Refusal`. Only headers are read. But for the encoding a
    preview is judged like the whole.
    """
    plan = planned(recipe, (width, height))
    _admit_sizes(plan)
    estimate = sum(_costs(plan))
    if overlays is not None:
        estimate += _decoding(recipe, overlays)
    if output:
        estimate += _encoding(planned(recipe, (width, height), width=output.width).size, output.format)
    if estimate > BUDGET:
        raise TooExpensive({"": f"cost {round(estimate)} {round(BUDGET)}"})


def admitted(data: bytes, recipe: Recipe, output: Output, overlays: Mapping[str, bytes]) -> Facts:
    """Judge the header of a stored picture, and admit the recipe for it however the picture is turned."""
    facts = judged(data)
    for size in _sizes(facts):
        admit(recipe, *size, output, overlays)
    return facts


def spent(facts: Facts, recipe: Recipe, output: Output, overlays: Mapping[str, bytes]) -> float:
    """Reckon what an admitted recipe really takes: of a preview that is much less than what it is judged by."""
    done = [planned(recipe, size, width=output.width) for size in _sizes(facts)]
    made = max(sum(_costs(plan)) + _encoding(plan.size, output.format) for plan in done)
    return made + _decoding(recipe, overlays)


def _sizes(facts: Facts) -> list[Size]:
    """Return how wide and high a picture may be once it is upright."""
    stored = facts.width, facts.height
    return [stored, stored[::-1]] if facts.orientation >= _LYING else [stored]


def judged(data: bytes) -> Facts:
    """Judge the header of a stored picture; raises `Refusal`."""
    return probe(data, formats=frozenset(Format), limits=_STORED)


def _admit_sizes(plan: Plan) -> None:
    made = [(0, plan.first), *((action.place, action.size) for action in plan.actions)]
    faults = {f"/{place}": fault for place, size in made if (fault := _excess(size, MOST_SIDE, MOST_PIXELS))}
    if faults:
        raise TooExpensive(faults)


def _encoding(size: Size, form: Format) -> float:
    if fault := _excess(size, *_WRITABLE.get(form, (MOST_SIDE, MOST_PIXELS))):
        raise TooExpensive({"": fault})
    return _area(size) * _ENCODING[form]


def _excess(size: Size, side: int, pixels: int) -> str:
    return f"size {side} {pixels // 10**6}" if max(size) > side or size[0] * size[1] > pixels else ""


def _decoding(recipe: Recipe, overlays: Mapping[str, bytes]) -> float:
    """Reckon the decoding of the other images, as often as they are laid on."""
    named = {
        f"/{number}/image": step.word("image")
        for number, step in enumerate(recipe.steps)
        if step.operation == "watermark"
    }
    missing = {place: "missing" for place, name in named.items() if name not in overlays}
    if missing:
        raise RecipeRefused(missing)
    if sum(map(len, overlays.values())) > MOST_BYTES:
        raise TooExpensive({"": f"bytes {MOST_BYTES}"})
    marks = [judged(overlays[name]) for name in named.values()]
    return sum(_area((mark.width, mark.height)) for mark in marks) * (_DECODING + _RESIZING)


def _costs(plan: Plan) -> Iterator[float]:
    yield _area(plan.original) * _DECODING + _area(plan.first) * _RESIZING
    before = plan.first
    for action in plan.actions:
        yield max(_area(before), _area(action.size)) * _weight(action)
        before = action.size


def _weight(action: Action) -> float:
    operation = action.steps[0].operation
    return 2.0 if operation in COLOURS else _WEIGHTS.get(operation, 1.0)


def _area(size: Size) -> float:
    return size[0] * size[1] / 10**6
