"""Turns of a picture: the eight that keep pixels whole as 2 x 2 matrices, and the size that any other needs.

A matrix maps places as seen from the middle, x to the right and y down: `(a, b, c, d)` takes (x, y) to
(a x + b y, c x + d y).
"""

import math

from PIL import Image

from imagehub.images.pipeline.editing.grammar import Step

Matrix = tuple[int, int, int, int]
Size = tuple[int, int]

UPRIGHT: Matrix = (1, 0, 0, 1)
QUARTER: Matrix = (0, -1, 1, 0)
"""Ninety degrees clockwise."""

_AXES: dict[str, Matrix] = {"horizontal": (-1, 0, 0, 1), "vertical": (1, 0, 0, -1)}
_ORIENTATIONS: dict[int, Matrix] = {
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: QUARTER,
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
_METHODS = {
    (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM,
    (0, 1, 1, 0): Image.Transpose.TRANSPOSE,
    QUARTER: Image.Transpose.ROTATE_270,
    (0, -1, -1, 0): Image.Transpose.TRANSVERSE,
    (0, 1, -1, 0): Image.Transpose.ROTATE_90,
}


def of_orientation(orientation: int) -> Matrix:
    """Return the turn that brings a picture upright whose file says so (EXIF 2.32, 4.6.5, Orientation)."""
    return _ORIENTATIONS.get(orientation, UPRIGHT)


def of_step(step: Step) -> Matrix:
    """Return the turn of a flip, or of a rotation by whole quarters."""
    if step.operation == "flip":
        return _AXES[step.word("axis")]
    turn = UPRIGHT
    for _ in range(round(step.number("degrees") / 90) % 4):
        turn = then(turn, QUARTER)
    return turn


def is_quarter(step: Step) -> bool:
    """Whether a rotation keeps pixels whole."""
    return step.number("degrees") % 90 == 0


def then(first: Matrix, second: Matrix) -> Matrix:
    """Return both turns as one."""
    (a, b, c, d), (e, f, g, h) = second, first
    return (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)


def back(turn: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the turned picture was before."""
    a, b, c, d = turn
    return a * x + c * y, b * x + d * y


def is_lying(turn: Matrix) -> bool:
    """Whether a turn swaps width and height."""
    return turn[0] == 0


def turned_size(turn: Matrix, size: Size) -> Size:
    """Return the size of a turned picture; a turn back gives the same."""
    return (size[1], size[0]) if is_lying(turn) else size


def turned(image: Image.Image, turn: Matrix) -> Image.Image:
    """Turn a picture."""
    return image if turn == UPRIGHT else image.transpose(_METHODS[turn])


def expanded(size: Size, degrees: float) -> Size:
    """Return the size that holds a turned picture with its corners."""
    across, up = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    width, height = size
    return max(1, round(width * across + height * up)), max(1, round(width * up + height * across))
