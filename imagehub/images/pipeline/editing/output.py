"""In what form an edited picture is wanted."""

from dataclasses import dataclass

from imagehub.images.pipeline.editing.operations import MOST_SIDE
from imagehub.images.pipeline.editing.refused import RecipeRefused
from imagehub.images.pipeline.formats import Format

FORMATS = (Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF)


@dataclass(frozen=True, slots=True)
class Output:
    """A format we write, its quality of 1 to 100 (PNG ignores it), and the width beyond which the result is scaled.

    Raises `RecipeRefused` with `/format`, `/quality` or `/width` when it is none of that.
    """

    format: Format
    quality: int = 85
    width: int | None = None

    def __post_init__(self) -> None:
        faults = {
            "/format": "" if self.format in FORMATS else f"choice {' '.join(FORMATS)}",
            "/quality": "" if 1 <= self.quality <= 100 else "range 1 100",  # noqa: PLR2004  # per cent
            "/width": "" if self.width is None or 1 <= self.width <= MOST_SIDE else f"range 1 {MOST_SIDE}",
        }
        if any(faults.values()):
            raise RecipeRefused({place: fault for place, fault in faults.items() if fault})
