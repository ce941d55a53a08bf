"""How photos hang on a public page: in rows of equal height that fill the width."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from imagehub.images import links, presets
from publications.models import Photo

NARROWEST, WIDEST = 0.6, 3.0  # width / height; what goes beyond is cut a little in its row, never in the lightbox
FULL = 3.2  # sum of the ratios of a row that is just right
UPRIGHT = 1.15  # below this ratio a cover would fill a window, so it stands on its own ground instead
LEAST = 1.3  # below this sum a row would tower over the page, so it is left short
HEIGHT = 4000  # of a frame, in units that are wider than any page: rows only ever shrink to fit
COLUMN = 52  # rem that a whole row takes on a wide page


@dataclass(frozen=True)
class Frame:
    """A photo where it hangs."""

    photo: Photo
    number: int  # in the order of the publication, from 1
    ratio: float
    share: float = 1.0  # of the width of its row

    @property
    def width(self) -> int:
        """In the units of HEIGHT."""
        return round(self.ratio * HEIGHT)

    @property
    def height(self) -> int:
        """In the same units; all frames are equally high."""
        return HEIGHT

    @property
    def is_upright(self) -> bool:
        """Whether it is too tall to be shown across the whole page."""
        return self.ratio < UPRIGHT

    @property
    def sizes(self) -> str:
        """What a browser must know to choose a rendition before any style is loaded."""
        # In a narrow window the others are squares, half as wide as it; what sticks out is cut.
        narrow = 100 if self.number == 1 else round(50 * max(self.ratio, 1))
        return f"(min-width: 64rem) {max(round(self.share * COLUMN), 1)}rem, {narrow}vw"

    @property
    def large_url(self) -> str:
        """Where the photo lies as large as a screen needs it."""
        image = self.photo.image
        return links.shown_url(image, list(presets.widths(image.width, image.height))[-1])

    @property
    def original_url(self) -> str:
        """Where it lies as it was given to us, cleaned."""
        return links.shown_url(self.photo.image)

    @property
    def kind(self) -> str:
        """What people call its format."""
        return self.photo.image.content_type.removeprefix("image/").upper()


@dataclass(frozen=True)
class Row:
    """Frames side by side, and the width that they leave empty."""

    frames: list[Frame]
    rest: int


def hang(photos: Sequence[Photo]) -> tuple[Frame | None, list[Row]]:
    """Return the first photo, which hangs alone, and the others in rows; all in their order."""
    frames = [Frame(photo, number, _ratio(photo)) for number, photo in enumerate(photos, start=1)]
    rows, start = [], 1
    for length in lengths([frame.ratio for frame in frames[1:]]):
        rows.append(_row(frames[start : start + length]))
        start += length
    return next(iter(frames), None), rows


def lengths(ratios: Sequence[float]) -> list[int]:
    """Return how many go into each row so that the rows are together as close to FULL as can be."""
    best: list[tuple[float, list[int]]] = [(0.0, [])]
    for end in range(1, len(ratios) + 1):
        best.append(
            min((best[start][0] + _strain(ratios[start:end]), [*best[start][1], end - start]) for start in range(end))
        )
    return best[-1][1]


def _strain(row: Sequence[float]) -> float:
    return math.log(sum(row) / FULL) ** 2


def _row(frames: Sequence[Frame]) -> Row:
    taken = sum(frame.ratio for frame in frames)
    whole = max(taken, LEAST)
    shared = [replace(frame, share=frame.ratio / whole) for frame in frames]
    return Row(shared, rest=round((whole - taken) * HEIGHT))


def _ratio(photo: Photo) -> float:
    return min(max(photo.image.width / photo.image.height, NARROWEST), WIDEST)
