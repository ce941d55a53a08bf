"""The plan of an edit: how large every step's picture is, before a pixel is decoded.

Two sizes are told apart. The *nominal* ones are those of doing the recipe literally, from the whole original. The
*planned* ones are those of the pictures that are made: a shrinking `resize` is brought forward to the decoder, and a
preview scales everything, which changes nothing to see as all operations are relative to the picture. What turns or
cuts the original by whole pixels at the beginning is done by the decoder and one resize as well.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from imagehub.images.pipeline.editing import turning
from imagehub.images.pipeline.editing.grammar import Recipe, Step
from imagehub.images.pipeline.editing.operations import SMART
from imagehub.images.pipeline.editing.turning import Matrix

Size = tuple[int, int]
Box = tuple[float, float, float, float]

COLOURS = frozenset({"brightness", "contrast", "saturation", "exposure", "temperature", "grayscale", "sepia"})
"""Operations that look at one pixel at a time; a row of them is done as one."""

_FOLDED = frozenset({"orient", "crop", "rotate", "flip", "resize"})


@dataclass(frozen=True, slots=True)
class Head:
    """What the decoder and one resize make of the original: a part of it, at a size, turned."""

    box: Box
    """In pixels of the original as it is stored."""
    stored: Size
    """The size before turning."""
    turn: Matrix


@dataclass(frozen=True, slots=True)
class Action:
    """Steps that are done at once: a row of colours, a turn and the crop of it, or one of any other."""

    place: int
    """Where in the recipe the first of them stands."""
    steps: tuple[Step, ...]
    size: Size
    """Of the picture afterwards."""
    window: Box
    """Of `rotate` and `crop`: the part that is kept, from the middle of the turned picture, in pixels."""
    turn: Matrix = turning.UPRIGHT
    """Of `orient`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be made, in order."""

    original: Size
    head: Head
    actions: tuple[Action, ...]

    @property
    def first(self) -> Size:
        """The size of the picture that the head makes, turned."""
        return turning.turned_size(self.head.turn, self.head.stored)

    @property
    def size(self) -> Size:
        """The size of the result."""
        return self.actions[-1].size if self.actions else self.first


def planned(recipe: Recipe, size: Size, orientation: int = 1, width: int | None = None) -> Plan:
    """Plan for an original of that size as stored, turned as EXIF counts; a result wider than `width` is scaled."""
    nominal = _nominal(recipe.steps, size, orientation)
    density = _densities(recipe.steps, nominal, width)
    folding = _Folding(size, orientation)
    count = folding.fold(recipe.steps, nominal)
    head = folding.head(_scaled(nominal[count], density[count]))
    rest = _Rest(recipe.steps, nominal, density, folding.pending)
    return Plan(size, head, tuple(rest.actions(count)))


def _nominal(steps: Sequence[Step], size: Size, orientation: int) -> list[Size]:
    """Return the sizes before, between and after the steps."""
    sizes, pending = [size], turning.of_orientation(orientation)
    for step in steps:
        turn = pending if step.operation == "orient" else turning.UPRIGHT
        pending = turning.UPRIGHT if step.operation == "orient" else pending
        sizes.append(turning.turned_size(turn, _after(step, sizes[-1])))
    return sizes


def _after(step: Step, size: Size) -> Size:
    width, height = size
    if step.operation == "crop":
        return max(1, round(width * step.number("width"))), max(1, round(height * step.number("height")))
    if step.operation == "rotate":
        return turning.expanded(size, step.number("degrees"))
    if step.operation == "resize":
        return _resized(step, size)
    if step.operation == "border":
        edge = 2 * round(step.number("width") * min(size))
        return width + edge, height + edge
    return size


def _resized(step: Step, size: Size) -> Size:
    if step.word("fit") == "inside":
        scale = _scale(step, size)
        return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    sides = [int(step.number(name)) if name in step.values else None for name in ("width", "height")]
    width = sides[0] or max(1, round((sides[1] or 0) * size[0] / size[1]))
    height = sides[1] or max(1, round((sides[0] or 0) * size[1] / size[0]))
    return width, height


def _scale(step: Step, size: Size) -> float:
    """Return by how much a resize scales, where sides are scaled differently the larger of both."""
    asked = zip(("width", "height"), size, strict=True)
    scales = [step.number(name) / side for name, side in asked if name in step.values]
    return min(1.0, *scales) if step.word("fit") == "inside" else max(scales)


def _densities(steps: Sequence[Step], nominal: Sequence[Size], width: int | None) -> list[float]:
    """Return how many planned pixels there are for a nominal one at each size."""
    density = [min(1.0, width / nominal[-1][0]) if width else 1.0]
    for step, size in zip(reversed(steps), reversed(nominal[:-1]), strict=True):
        scale = _scale(step, size) if step.operation == "resize" else 1.0
        density.append(min(1.0, density[-1] * scale))
    return density[::-1]


def _scaled(size: Size, density: float) -> Size:
    return max(1, round(size[0] * density)), max(1, round(size[1] * density))


class _Folding:
    """Collects what the beginning of a recipe cuts and turns, in whole pixels of the stored original."""

    def __init__(self, size: Size, orientation: int) -> None:
        self._box: Box = (0, 0, *size)
        self._turn = turning.UPRIGHT
        self.pending = turning.of_orientation(orientation)

    def fold(self, steps: Sequence[Step], nominal: Sequence[Size]) -> int:
        """Take in steps until one is of another kind; returns how many."""
        for count, step in enumerate(steps):
            if step.operation not in _FOLDED or is_smart(step):
                return count
            if step.operation == "rotate" and not turning.is_quarter(step):
                return count
            self._take(step, nominal[count], nominal[count + 1])
            if step.operation == "resize":
                return count + 1
        return len(steps)

    def head(self, size: Size) -> Head:
        """Return the head that makes a turned picture of that size."""
        return Head(self._box, turning.turned_size(self._turn, size), self._turn)

    def _take(self, step: Step, before: Size, after: Size) -> None:
        if step.operation == "orient":
            self._turn, self.pending = turning.then(self._turn, self.pending), turning.UPRIGHT
        elif step.operation == "crop":
            self._cut(cut(step, before, after))
        elif step.operation == "resize":
            self._cut(covering(step, before, after))
        else:
            self._turn = turning.then(self._turn, turning.of_step(step))

    def _cut(self, window: Box) -> None:
        left, top, right, bottom = self._box
        middle = (left + right) / 2, (top + bottom) / 2
        x, y = turning.back(self._turn, (window[0] + window[2]) / 2, (window[1] + window[3]) / 2)
        wide, high = window[2] - window[0], window[3] - window[1]
        wide, high = (high, wide) if turning.is_lying(self._turn) else (wide, high)
        x, y = middle[0] + x, middle[1] + y
        self._box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def cut(step: Step, before: Size, after: Size) -> Box:
    """Return the part a crop keeps, in whole pixels, from the middle of the picture."""
    left = min(round(step.number("x") * before[0]), before[0] - after[0])
    top = min(round(step.number("y") * before[1]), before[1] - after[1])
    return _centred(left, top, after, before)


def covering(step: Step, before: Size, after: Size) -> Box:
    """Return the part of the picture that a resize shows, from its middle: all of it unless it covers.

    Of a smart one it is a part of the right size; where that lies is found in the picture.
    """
    if step.word("fit") != "cover":
        return _centred(0, 0, before, before)
    scale = max(after[0] / before[0], after[1] / before[1])
    wide, high = min(before[0], after[0] / scale), min(before[1], after[1] / scale)
    x, y = (0.5, 0.5) if is_smart(step) else (float(at) for at in step.word("focus").split(":"))
    left = min(max(0.0, x * before[0] - wide / 2), before[0] - wide)
    top = min(max(0.0, y * before[1] - high / 2), before[1] - high)
    if scale == 1:
        left, top = math.floor(left), math.floor(top)
    return _centred(left, top, (wide, high), before)


def is_smart(step: Step) -> bool:
    """Whether a step cuts around what people look at first."""
    return step.operation == "resize" and step.word("fit") == "cover" and step.word("focus") == SMART


def _centred(left: float, top: float, size: tuple[float, float], whole: Size) -> Box:
    x, y = left - whole[0] / 2, top - whole[1] / 2
    return x, y, x + size[0], y + size[1]


@dataclass(frozen=True, slots=True)
class _Rest:
    steps: Sequence[Step]
    nominal: Sequence[Size]
    density: Sequence[float]
    pending: Matrix

    def actions(self, start: int) -> Iterator[Action]:
        """Yield what is to be done from a step on."""
        bounds = [number for number in range(start, len(self.steps)) if number == start or not self._joins(number)]
        turn = self.pending
        for first, end in pairwise([*bounds, len(self.steps)]):
            steps = tuple(self.steps[first:end])
            is_turn = steps[0].operation == "orient"
            size = _scaled(self.nominal[end], self.density[end])
            yield Action(first, steps, size, self._window(first, end), turn if is_turn else turning.UPRIGHT)
            turn = turning.UPRIGHT if is_turn else turn

    def _joins(self, number: int) -> bool:
        """Whether a step is done together with the one before it."""
        one, other = self.steps[number - 1], self.steps[number]
        return {one.operation, other.operation} <= COLOURS or (
            one.operation == "rotate" and not turning.is_quarter(one) and other.operation == "crop"
        )

    def _window(self, first: int, end: int) -> Box:
        """Return what is kept of the picture before (of the turned one, where a turn is cut), in planned pixels."""
        step = self.steps[end - 1]
        before, after = self.nominal[end - 1], self.nominal[end]
        if step.operation == "resize":
            before = _scaled(before, self.density[first])
            return covering(step, before, _scaled(after, self.density[end]))
        if step.operation != "crop":
            whole = _scaled(after, self.density[end])
            return _centred(0, 0, whole, whole)
        left, top, right, bottom = (edge * self.density[end] for edge in cut(step, before, after))
        return left, top, right, bottom
