"""The fixed sizes in which images are shown."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.conf import settings

from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import MIDDLE, SMART, Focus, Spec

TALLEST = 16_383  # pixels, as many as WebP holds on a side

MOST_PIXELS = 4096 * 4096
"""What a finer screen may get of a size at most: as much as the largest size that an installation may set."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A box in pixels and how an image goes into it; images are never enlarged to fill an `inside` box."""

    width: int
    height: int
    fit: Literal["inside", "cover"]
    only: Format | None = None
    """The format to send to whoever leaves the choice to us; none: the one that suits them."""
    focus: Focus = MIDDLE
    """What a cut keeps where nobody said."""

    def enlarged(self, times: int, size: tuple[int, int]) -> tuple[int, int]:
        """Return the box for a screen with so many points to a pixel, as far as that is not too much to make.

        A cut never needs more than the image has.
        """
        across, down = size[0] / self.width, size[1] / self.height
        shown = self.width * self.height if self.fit == "cover" else size[0] * size[1] / max(1.0, across, down) ** 2
        scale = min(times, max(1.0, math.sqrt(MOST_PIXELS / shown)))
        if self.fit == "cover":
            scale = min(scale, max(1.0, min(across, down)))
        return min(TALLEST, round(self.width * scale)), min(TALLEST, round(self.height * scale))


class Quality(StrEnum):
    """How much is lost; of PNG and GIF always the same."""

    LOW = "low"
    GOOD = "good"
    BEST = "best"


OWN = "size-"  # how the names of sizes begin that `RENDITION_SIZES` sets
AVATAR_SIDES = (32, 64, 128, 256, 512)
WIDTHS = (320, 640, 960, 1280, 1920)
PRESETS = {
    **{f"avatar-{side}": Preset(side, side, "cover") for side in AVATAR_SIDES},
    "thumb": Preset(320, 320, "inside"),
    "view": Preset(1600, 1600, "inside"),
    **{f"w{width}": Preset(width, TALLEST, "inside") for width in WIDTHS},
    # Those who fetch pictures for previews of links name no formats, and not all know WebP.
    "social": Preset(1200, 630, "cover", only=Format.JPEG, focus=SMART),
    # Those of this installation. Their names can't be taken for ours or for the operations of a recipe.
    **{f"{OWN}{name}": Preset(width, height, fit) for name, (width, height, fit) in settings.RENDITION_SIZES.items()},
}
FORMATS = {format_.extension: format_ for format_ in (Format.AVIF, Format.WEBP, Format.JPEG, Format.PNG)}
MOVING = {format_.extension: format_ for format_ in (Format.WEBP, Format.GIF)}
"""In which formats all frames of an animation are sent."""

_LEVELS = {
    Quality.LOW: {Format.AVIF: 35, Format.WEBP: 60, Format.JPEG: 65, Format.PNG: 100, Format.GIF: 100},
    Quality.GOOD: {Format.AVIF: 50, Format.WEBP: 80, Format.JPEG: 82, Format.PNG: 100, Format.GIF: 100},
    Quality.BEST: {Format.AVIF: 70, Format.WEBP: 92, Format.JPEG: 92, Format.PNG: 100, Format.GIF: 100},
}


def quality(level: Quality, format_: Format) -> int:
    """Return what a level means in a format."""
    return _LEVELS[level][format_]


def spec(name: str, format_: Format) -> Spec:
    """Return what the pipeline must do for a preset in a format, where nothing else was said."""
    preset = PRESETS[name]
    level = quality(Quality.GOOD, format_)
    return Spec(preset.width, preset.height, preset.fit, format_, level, preset.focus)


def widths(width: int, height: int) -> dict[str, int]:
    """Return which `w…` presets an image of this size is worth, narrowest first, and how wide each is."""
    scale = min(1.0, TALLEST / height)
    whole = max(1, round(width * scale))
    wide = {f"w{bound}": min(bound, whole) for bound in WIDTHS}
    enough = [name for name, pixels in wide.items() if pixels < whole]
    return {name: wide[name] for name in list(wide)[: len(enough) + 1]}
